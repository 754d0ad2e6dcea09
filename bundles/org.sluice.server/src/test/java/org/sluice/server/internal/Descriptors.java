package org.sluice.server.internal;

import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Copies of descriptors, made as a receiver gets them: over an AF_UNIX socket. */
final class Descriptors {
  private Descriptors() {}

  /** A second descriptor of the same open file description. */
  static Socket copy(int descriptor) throws IOException {
    Path dir = Files.createTempDirectory("fd");
    Path path = dir.resolve("s");
    Socket server = Socket.newSocketDomain();
    Socket sender = Socket.newSocketDomain();
    try {
      server.bind(new DomainSocketAddress(path.toString()));
      server.listen(1);
      sender.connect(new DomainSocketAddress(path.toString()));
      Socket receiver = new Socket(server.accept(new byte[120]));
      try {
        if (sender.sendFd(descriptor) < 0) {
          throw new IOException("the descriptor was not sent");
        }
        return new Socket(receiver.recvFd());
      } finally {
        receiver.close();
      }
    } finally {
      sender.close();
      server.close();
      Files.delete(path);
      Files.delete(dir);
    }
  }

  /** What can be read now, up to 64 KiB; "EOF" at the end of file, "" if nothing is there. */
  static String read(Socket socket) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
    int n = socket.recv(buffer, 0, buffer.capacity());
    if (n < 0) {
      return "EOF";
    }
    byte[] bytes = new byte[n];
    buffer.get(0, bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  static void write(Socket socket, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length).put(bytes);
    if (socket.send(buffer, 0, bytes.length) != bytes.length) {
      throw new IOException("a partial write");
    }
  }

  /** Whether the kernel holds unread bytes (SO_MEMINFO, receive side). */
  static boolean hasUnread(Socket socket) {
    ByteBuffer info = ByteBuffer.allocateDirect(36).order(ByteOrder.nativeOrder());
    try {
      socket.getRawOpt(1, 55, info);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return info.getInt(0) > 0;
  }

  /** Descriptors of this process that are sockets. */
  static long sockets() {
    File[] all = new File("/proc/self/fd").listFiles();
    return Arrays.stream(all == null ? new File[0] : all).filter(Descriptors::isSocket).count();
  }

  private static boolean isSocket(File link) {
    try {
      return Files.readSymbolicLink(link.toPath()).toString().startsWith("socket:");
    } catch (IOException e) {
      return false;
    }
  }
}
