package org.sluice.accesslog.internal.write;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.newsclub.net.unix.AFUNIXDatagramChannel;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/**
 * The local syslog socket: datagrams, as {@code /dev/log} has them, or a stream with the length in
 * front of each message (RFC 6587 section 3.4.1). Which of them it is shows when connecting.
 */
final class LocalPort {
  /** Smaller than what a local datagram may be, and than what daemons take. */
  static final int MOST = 64 * 1024;

  private LocalPort() {}

  static SyslogWriter.Port open(Path socket) throws IOException {
    if (!Files.exists(socket)) {
      throw new IOException("syslog.address: " + socket + " does not exist");
    }
    try {
      return new Stream(socket);
    } catch (IOException notStream) {
      try {
        return datagrams(socket);
      } catch (LinkageError e) {
        throw new IOException(
            "syslog.address: datagrams to " + socket + " need the bundle org.sluice.junixsocket",
            e);
      }
    }
  }

  private static SyslogWriter.Port datagrams(Path socket) throws IOException {
    return new Datagrams(socket);
  }

  private static final class Stream implements SyslogWriter.Port {
    private final SocketChannel channel;

    Stream(Path socket) throws IOException {
      channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    }

    @Override
    public void send(byte[] message) throws IOException {
      byte[] length = (message.length + " ").getBytes(StandardCharsets.US_ASCII);
      ByteBuffer whole = ByteBuffer.allocate(length.length + message.length);
      whole.put(length).put(message).flip();
      while (whole.hasRemaining()) {
        channel.write(whole);
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private static final class Datagrams implements SyslogWriter.Port {
    private final AFUNIXDatagramChannel channel;

    Datagrams(Path socket) throws IOException {
      channel = AFUNIXDatagramChannel.open();
      try {
        channel.connect(AFUNIXSocketAddress.of(socket));
      } catch (IOException e) {
        channel.close();
        throw new IOException("syslog.address: " + socket + ": " + e.getMessage(), e);
      }
    }

    @Override
    public void send(byte[] message) throws IOException {
      channel.write(ByteBuffer.wrap(message));
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
