package org.sluice.receiver;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.osgi.annotation.versioning.ProviderType;
import org.sluice.receiver.internal.ClassicReceiver;
import org.sluice.receiver.internal.PacketReceiver;

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
  private final Closeable receiver;

  private Receiver(Path path, ReceiverCounts counts, Closeable receiver) {
    this.path = path;
    this.counts = counts;
    this.receiver = receiver;
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
    if (Objects.requireNonNull(options, "options").dialect().equals("sluice")) {
      PacketReceiver packets = PacketReceiver.open(path, options, listener);
      return new Receiver(path, packets.counts(), packets);
    }
    ClassicReceiver classic = ClassicReceiver.open(path, options, listener);
    return new Receiver(path, classic.counts(), classic);
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
   * Stops: no more hand-offs, the socket file removed if it is still this receiver's. Waits up to
   * {@link ReceiverOptions#closeTimeout()} for calls of the listener to return, then resets the
   * connections of those that did not; accepted connections of calls that have returned belong to
   * the application and go on. Then waits for finished connections as {@link HandedSocket#finish}
   * says. Safe to call from any thread but the listener's, and more than once.
   *
   * @throws IOException if the socket file cannot be removed
   */
  @Override
  public void close() throws IOException {
    receiver.close();
  }
}
