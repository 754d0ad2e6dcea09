package org.sluice.itests;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Local sockets as misbehaving receivers use them; descriptors that arrive are dropped. */
final class Sockets {
  private Sockets() {}

  /** Socket paths are limited to 107 bytes, and bases lie deep: relative where that is shorter. */
  static Path shortest(Path path) {
    Path here = Path.of("").toAbsolutePath();
    Path relative = here.relativize(path.toAbsolutePath());
    return relative.toString().length() < path.toString().length() ? relative : path;
  }

  /** Listens; nobody accepts unless the caller does. */
  static ServerSocketChannel listen(Base base, String socket, int backlog) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(shortest(base.path(socket))), backlog);
    return server;
  }

  /** Leaves a socket file that nobody listens on. */
  static void stale(Base base, String socket) throws IOException {
    listen(base, socket, 1).close();
  }

  /** Reads to the end; the kernel closes descriptors that come along. */
  static int readAll(SocketChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(16);
    while (channel.read(buffer) >= 0) {
      // Until the end.
    }
    return buffer.position();
  }
}
