package org.sluice.receiver.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.sluice.receiver.ReceiverOptions;

/** What receives hand-offs, whichever style the application has. */
public interface Engine {
  /**
   * Reports the end of a stream; false if the report waits for a front.
   *
   * @throws UnsupportedOperationException in dialects without reports
   */
  boolean ended(String memo, int status, long written, long body);

  /** The same with its arguments checked. */
  static boolean reportEnd(Engine engine, String memo, int status, long written, long body) {
    if (!memo.matches("[!-~]{1,2048}")) {
      throw new IllegalArgumentException(
          "memo: allowed are 1 to 2048 characters of visible ASCII, as the front sent them");
    }
    if (status < 0 || status > 999 || written < 0 || body < 0) {
      throw new IllegalArgumentException(
          "status="
              + status
              + " written="
              + written
              + " body="
              + body
              + " is not allowed:"
              + " a status is 0 to 999, and bytes are not negative");
    }
    return engine.ended(memo, status, written, body);
  }

  /** Ends; {@code late} is run when calls have not returned in time. */
  void close(Runnable late) throws IOException;

  /** Starts to listen. */
  static Engine open(Path path, ReceiverOptions options, Counts counts, Consumer<Arrival> sink)
      throws IOException {
    Log.prepare();
    return options.dialect().equals("sluice")
        ? PacketReceiver.open(path, options, counts, sink)
        : ClassicReceiver.open(path, options, counts, sink);
  }
}
