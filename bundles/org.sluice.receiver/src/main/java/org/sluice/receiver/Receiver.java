package org.sluice.receiver;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.osgi.annotation.versioning.ProviderType;
import org.sluice.receiver.internal.Counts;
import org.sluice.receiver.internal.Engine;
import org.sluice.receiver.internal.ListenerCall;

/**
 * A local socket at which a front hands clients over.
 *
 * <p>Threads: one accepts connections of the front; up to {@link ReceiverOptions#threads()} more
 * read the messages and call the listener; one discards what clients send after the end of a
 * response. The accepting thread keeps the virtual machine alive until {@link #close}.
 *
 * <p>A front takes the end of its connection as the sign that its message was read, so the receiver
 * closes that connection before it calls the listener. Connections that wait to be accepted while
 * the receiver closes are reset, unread: a front can give those clients to another receiver.
 */
@ProviderType
public final class Receiver implements Closeable {
  private final Path path;
  private final ReceiverCounts counts;
  private final ListenerCall calls;
  private final Engine engine;

  private Receiver(Path path, ReceiverCounts counts, ListenerCall calls, Engine engine) {
    this.path = path;
    this.counts = counts;
    this.calls = calls;
    this.engine = engine;
  }

  /**
   * Starts to listen. The socket file has its final mode before anybody can connect to it. A file
   * that a dead receiver left behind is replaced.
   *
   * @param path the socket; relative to the process's directory; at most 107 bytes
   * @param options how; not null
   * @param listener what to do with each client; not null
   * @return a receiver that listens
   * @throws java.net.BindException if a living receiver listens at {@code path}
   * @throws java.nio.file.FileAlreadyExistsException if something else than a socket is there
   * @throws IOException if the path is too long, its directory does not exist, or the system
   *     refuses; the message names the path
   */
  public static Receiver open(Path path, ReceiverOptions options, HandOffListener listener)
      throws IOException {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(listener, "listener");
    Objects.requireNonNull(options, "options");
    Counts counts = new Counts();
    ListenerCall calls = new ListenerCall(path, counts, listener);
    return new Receiver(path, counts, calls, Engine.open(path, options, counts, calls));
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
   * Reports the end of a stream of the dialect {@code sluice} that this library has not seen end:
   * because another process has ended it, or this one in another life. Streams that end through
   * their {@link HandedSocket} report that by themselves. Any thread.
   *
   * @param memo {@link HandedRequest#memo()}, signed by the front; one report for each
   * @param status of the response, 0 to 999
   * @param written bytes written to the client, the head included
   * @param body bytes of the response's body
   * @return whether a front was told; false: no front is connected, the next one will be told
   * @throws IllegalArgumentException if a value is out of its range
   * @throws UnsupportedOperationException in other dialects
   */
  public boolean reportEnd(String memo, int status, long written, long body) {
    return Engine.reportEnd(engine, memo, status, written, body);
  }

  /**
   * Stops: no more hand-offs, the socket file removed if it is still this receiver's. Waits up to
   * {@link ReceiverOptions#closeTimeout()} for calls of the listener to return, then resets the
   * connections of those that did not; accepted connections of calls that have returned belong to
   * the application and go on (leases become this process's own). Then waits for finished
   * connections as {@link HandedSocket#finish} says. Safe to call from any thread but the
   * listener's, and more than once.
   *
   * @throws IOException if the socket file cannot be removed
   */
  @Override
  public void close() throws IOException {
    engine.close(calls::abort);
  }
}
