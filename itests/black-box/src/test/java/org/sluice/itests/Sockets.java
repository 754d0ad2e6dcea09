package org.sluice.itests;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Local sockets as misbehaving receivers use them; descriptors that arrive are dropped. And TCP
 * ports that nobody takes meanwhile.
 */
final class Sockets {
  /** Bound and never listening, to the end of this JVM. */
  private static final List<Socket> HELD = new CopyOnWriteArrayList<>();

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

  /**
   * A port of 127.0.0.1 that is given to nobody else, and where connections are refused unless
   * somebody who sets SO_REUSEADDR listens there on purpose.
   */
  static int heldPort() throws IOException {
    Socket holder = new Socket();
    holder.setReuseAddress(true);
    holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    HELD.add(holder);
    return holder.getLocalPort();
  }

  /**
   * A free port for a program that does not choose one itself: below those that the kernel hands
   * out, so that it is still free when the program binds it.
   */
  static int freePort() throws IOException {
    String range = Files.readString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"));
    int most = Integer.parseInt(range.strip().split("\\s+")[0]);
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(most / 2, most);
      try (ServerSocket free = new ServerSocket(port)) {
        return free.getLocalPort();
      } catch (BindException e) {
        // Another one.
      }
    }
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
