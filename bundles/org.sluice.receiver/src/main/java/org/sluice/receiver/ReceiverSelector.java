package org.sluice.receiver;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.osgi.annotation.versioning.ProviderType;
import org.sluice.receiver.internal.Counts;
import org.sluice.receiver.internal.Engine;
import org.sluice.receiver.internal.Selection;

/**
 * A local socket at which a front hands clients over, for applications that serve many of them in
 * one thread, in the manner of {@link java.nio.channels.Selector}:
 *
 * <pre>{@code
 * try (ReceiverSelector selector = ReceiverSelector.open(path, options)) {
 *   while (true) {
 *     for (HandedKey key : selector.select(Duration.ofSeconds(1))) {
 *       if (key.isNew()) {
 *         key.attach(new Stream(key.socket())).interestOps(SelectionKey.OP_READ);
 *       } else {
 *         ((Stream) key.attachment()).ready(key);
 *       }
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>The library's own threads read what fronts send; the application's thread has its clients for
 * itself. Waiting costs time for each client that is waited for, as poll(2) does: one that only
 * gets events now and then needs {@code OP_WRITE} while bytes are left, and else nothing or {@code
 * OP_READ}.
 */
@ProviderType
public final class ReceiverSelector implements Closeable {
  private final Path path;
  private final Counts counts;
  private final Selection selection;
  private final Engine engine;

  private ReceiverSelector(Path path, Counts counts, Selection selection, Engine engine) {
    this.path = path;
    this.counts = counts;
    this.selection = selection;
    this.engine = engine;
  }

  /**
   * Starts to listen, as {@link Receiver#open} does. {@link ReceiverOptions#capacity} says how many
   * clients there may be at once.
   *
   * @param path the socket; relative to the process's directory; at most 107 bytes
   * @param options how; not null
   * @return a selector that listens
   * @throws IOException as {@link Receiver#open}
   */
  public static ReceiverSelector open(Path path, ReceiverOptions options) throws IOException {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(options, "options");
    Counts counts = new Counts();
    Selection selection = new Selection(counts);
    try {
      Engine engine = Engine.open(path, options, counts, selection);
      return new ReceiverSelector(path, counts, selection, engine);
    } catch (IOException | RuntimeException e) {
      selection.close();
      throw e;
    }
  }

  /**
   * Waits for clients that arrive or are ready. One thread at a time.
   *
   * @param timeout how long at most; zero only looks
   * @return those that are; empty after {@link #wakeup} or when the time is over. A client whose
   *     connection the front has ended is here a last time, with its socket closed
   * @throws java.nio.channels.ClosedSelectorException if this was closed
   * @throws IOException if the system refuses
   */
  public List<HandedKey> select(Duration timeout) throws IOException {
    return selection.select(timeout);
  }

  /** Ends the select that runs, or the next one. Any thread. */
  public void wakeup() {
    selection.wakeup();
  }

  /**
   * Where this receiver listens.
   *
   * @return the path as it was given
   */
  public Path path() {
    return path;
  }

  /**
   * What has happened so far.
   *
   * @return a live view, usable from any thread, also after {@link #close}
   */
  public ReceiverCounts counts() {
    return counts;
  }

  /**
   * Reports the end of a stream, as {@link Receiver#reportEnd} does.
   *
   * @param memo {@link HandedRequest#memo()}
   * @param status of the response, 0 to 999
   * @param written bytes written to the client, the head included
   * @param body bytes of the response's body
   * @return whether a front was told; false: no front is connected, the next one will be told
   * @throws IllegalArgumentException if a value is out of its range
   * @throws UnsupportedOperationException in other dialects than {@code sluice}
   */
  public boolean reportEnd(String memo, int status, long written, long body) {
    return Engine.reportEnd(engine, memo, status, written, body);
  }

  /**
   * Stops: no more hand-offs, the socket file removed. Clients that were not taken are declined;
   * those that were go on and belong to the application, which may serve and end them, but not wait
   * for them here. Any thread.
   *
   * @throws IOException if the socket file cannot be removed
   */
  @Override
  public void close() throws IOException {
    try {
      selection.close();
    } finally {
      engine.close(() -> {});
    }
  }
}
