package org.sluice.server.internal;

import io.netty.buffer.ByteBuf;
import io.netty.channel.unix.Socket;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@code send(2)} of bytes that others will follow at once (MSG_MORE): the kernel keeps them back
 * until somebody writes more to the connection, and sends all in one segment; by itself after the
 * time of a retransmission, which is 200 ms and more.
 *
 * <p>Netty's native library has the call, flags and all, but only a private method that names them;
 * a library of our own for one flag would be worse. Where that method is not found nothing is held.
 */
final class HeldSend {
  private static final Logger LOG = LoggerFactory.getLogger(HeldSend.class);

  // linux/socket.h
  private static final int MSG_MORE = 0x8000;
  private static final int MSG_NOSIGNAL = 0x4000;

  /** The call takes an address, which the kernel does not look at on a connected TCP socket. */
  private static final byte[] NOBODY = new byte[4];

  private static final MethodHandle SEND = find();

  private HeldSend() {}

  private static MethodHandle find() {
    try {
      return MethodHandles.privateLookupIn(Socket.class, MethodHandles.lookup())
          .findStatic(
              Socket.class,
              "sendToAddress",
              MethodType.methodType(
                  int.class,
                  int.class,
                  boolean.class,
                  long.class,
                  int.class,
                  int.class,
                  byte[].class,
                  int.class,
                  int.class,
                  int.class));
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.debug("heads before a hand-off take a segment of their own: {}", e.toString());
      return null;
    }
  }

  /**
   * Offers what is readable in a direct buffer, and leaves the buffer as it is.
   *
   * @return how much the kernel took; 0 or less for nothing, whatever the reason: an ordinary write
   *     will tell
   */
  static int send(Socket socket, ByteBuf bytes) {
    if (SEND == null || !bytes.hasMemoryAddress()) {
      return 0;
    }
    try {
      return (int)
          SEND.invokeExact(
              socket.intValue(),
              false,
              bytes.memoryAddress(),
              bytes.readerIndex(),
              bytes.writerIndex(),
              NOBODY,
              0,
              0,
              MSG_MORE | MSG_NOSIGNAL);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
