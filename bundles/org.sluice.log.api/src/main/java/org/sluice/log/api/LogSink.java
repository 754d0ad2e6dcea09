package org.sluice.log.api;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An open log. All methods are called on the log's own thread, {@link #interrupt()} excepted, and
 * may block: while they do, lines wait in the bounded queue of the log.
 */
@ConsumerType
public interface LogSink extends Closeable {

  /**
   * Writes whole lines, each ended by LF.
   *
   * @param lines taken up to its limit; what of it was written before an exception is behind its
   *     position, and the rest is offered again later
   * @throws IOException if it cannot be written now; the message is shown, and it is tried again
   *     with this sink after a while, so that a lost connection is its own to make anew
   */
  void write(ByteBuffer lines) throws IOException;

  /**
   * Called now and then, at least each second, also when nothing is written: for what goes by the
   * clock.
   *
   * @param now milliseconds since 1970
   */
  default void tick(long now) throws IOException {
    // Nothing goes by the clock.
  }

  /** The operator wants it opened anew, for example because he moved the file. */
  default void reopen() throws IOException {
    // Nothing to open anew.
  }

  /** The operator wants a new file now. */
  default void rotate() throws IOException {
    reopen();
  }

  /** Ends a call that blocks, from another thread, because the log must end. */
  default void interrupt() {
    // Nothing blocks for long.
  }

  /** Closes it; what was written is kept. */
  @Override
  void close() throws IOException;
}
