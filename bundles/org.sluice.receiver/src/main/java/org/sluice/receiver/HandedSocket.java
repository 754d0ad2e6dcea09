package org.sluice.receiver;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A client's connection, owned by the application, until it ends it in one of two ways:
 *
 * <ul>
 *   <li>{@link #finish} when the response is complete: the client reads all of it, then the end;
 *   <li>{@link #abort}, or {@link #close} without a finish, when it is not: the client's connection
 *       is reset, so that the client can tell half a response from a whole one. The same happens
 *       when this process dies.
 * </ul>
 *
 * <p>So the usual form is
 *
 * <pre>{@code
 * try (HandedSocket client = handOff.accept()) {
 *   client.write(body);
 *   client.finish();
 * }
 * }</pre>
 *
 * <p>In the dialect {@code sluice} the end is reported to whichever front runs then, with status
 * and bytes: it writes the line of its access log. {@link #giveBack} is the third end of a lease.
 *
 * <p>Reading and writing block the calling thread, though the descriptor itself stays non-blocking:
 * its flags are shared with the front while that still holds its copy. One thread may read while
 * another writes; {@link #abort} and {@link #close} may be called from any thread at any time and
 * end what the others wait for; an interrupt does not. {@link
 * java.nio.channels.Channels#newOutputStream} and its siblings work on this channel.
 */
@ProviderType
public interface HandedSocket extends ByteChannel {
  /**
   * Reads what is there, waiting for at least one byte; bytes that came along with the client
   * first. In a lease only the request body can be read, as what follows it is the front's.
   *
   * @param into where to put the bytes; direct buffers save a copy
   * @return the number of bytes, 0 only if {@code into} has no room or nothing is there and this
   *     socket comes from a {@link ReceiverSelector}, -1 when the client has ended its side, or at
   *     the end of the request body of a lease
   * @throws java.net.SocketTimeoutException if nothing came within {@link
   *     ReceiverOptions#stallTimeout()}; the connection stays usable
   * @throws java.nio.channels.ClosedChannelException if the connection was ended here
   * @throws IOException if the client has reset the connection
   */
  @Override
  int read(ByteBuffer into) throws IOException;

  /**
   * Writes all bytes of the buffer, waiting for the client as long as it takes them. With a {@link
   * ReceiverSelector} writes what the client takes now.
   *
   * @param from the bytes; direct buffers save a copy; its position tells how far it came
   * @return the number of bytes written: all that {@code from} had, or with a selector perhaps less
   * @throws java.net.SocketTimeoutException if the client took nothing for {@link
   *     ReceiverOptions#stallTimeout()}
   * @throws java.nio.channels.ClosedChannelException if the connection was ended here
   * @throws IOException if the client is gone
   */
  @Override
  int write(ByteBuffer from) throws IOException;

  /**
   * The client's own address: the connection comes from the client, whatever stands between the
   * client and the front.
   *
   * @return address and port; null if the connection is no TCP connection, or was reset
   * @throws IOException if the connection was ended here
   */
  InetSocketAddress remoteAddress() throws IOException;

  /**
   * Ends a complete response. The client gets everything written so far and then the end of the
   * stream. Returns at once; in the background what the client still sends is discarded, for at
   * most {@link ReceiverOptions#finishTimeout()} and {@link ReceiverOptions#finishDiscard()}, since
   * closing over unread input would reset the connection and could take the response's end from the
   * client. Does nothing when finished already.
   *
   * @throws java.nio.channels.ClosedChannelException if the connection was aborted before
   * @throws IOException if the system refuses; the connection is reset then
   */
  void finish() throws IOException;

  /**
   * The same as {@link #finish()}, for those who know better what they have written: the front's
   * log is told this. {@link #finish()} takes it from the bytes written, which works for responses
   * of HTTP/1.
   *
   * @param status of the response, 0 to 999
   * @param body bytes of its body
   * @throws IOException as {@link #finish()}
   */
  default void finish(int status, long body) throws IOException {
    finish();
  }

  /**
   * Resets the connection: the client sees an error instead of an end, bytes not yet sent are lost.
   * Threads that read or write get an exception. Does nothing after {@link #finish} or a second
   * time.
   */
  void abort();

  /** Does nothing after {@link #finish}; otherwise the same as {@link #abort}. */
  @Override
  void close();

  /**
   * Tells whether the connection was neither finished nor aborted here. Says nothing about the
   * client.
   */
  @Override
  boolean isOpen();

  /**
   * Ends a complete response and, where the front wants it, gives the connection back for the next
   * request: in a lease of the dialect {@code sluice} whose request allows that ({@link
   * HandedRequest#keep()}), after a response with a length or the chunked coding. Where the request
   * body was not read to its end, the front ends the connection in order instead. It compares what
   * was written and read here with the kernel's counters. Otherwise the same as {@link #finish(int,
   * long)}, which is right after the front has made a gift of the lease.
   *
   * @param status of the response
   * @param body bytes of its body, for the front's log
   * @throws IOException as {@link #finish()}
   */
  default void giveBack(int status, long body) throws IOException {
    finish();
  }

  /**
   * Makes a lease this process's own: an upgrade, or a stream without an end. The front closes its
   * copy. Does nothing without a lease.
   */
  default void take() {}
}
