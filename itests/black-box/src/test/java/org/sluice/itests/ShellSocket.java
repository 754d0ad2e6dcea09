package org.sluice.itests;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.sluice.testing.Await;

/**
 * The shell of a running front over its socket, in the words of {@code sluice shell} (see the
 * launcher's ShellClient): a command costs a millisecond, not the start of a JVM.
 */
final class ShellSocket {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private ShellSocket() {}

  /** Runs one command to its end. */
  static Distribution.Result exec(Path socket, String command) throws IOException {
    try (SocketChannel channel = connect(Sockets.shortest(socket))) {
      ByteBuffer line =
          ByteBuffer.wrap(("exec " + command + "\n").getBytes(StandardCharsets.UTF_8));
      while (line.hasRemaining()) {
        channel.write(line);
      }
      String all = readAll(channel);
      int end = all.indexOf("\0exit ");
      if (end < 0) {
        throw new IOException(command + ": the connection ended without a status: " + all);
      }
      int status = Integer.parseInt(all.substring(end + 6).strip());
      return new Distribution.Result(
          status, String.join("\n", all.substring(0, end).lines().toList()));
    }
  }

  /** The shell comes a moment after the front is ready. */
  private static SocketChannel connect(Path socket) {
    return Await.value(
        Await.LIMIT,
        () -> {
          SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
          try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return channel;
          } catch (IOException e) {
            channel.close();
            throw e;
          }
        },
        channel -> true,
        "the shell of " + socket);
  }

  private static String readAll(SocketChannel channel) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer piece = ByteBuffer.allocate(8_192);
    long end = System.nanoTime() + LIMIT.toNanos();
    channel.configureBlocking(false);
    try (Selector selector = Selector.open()) {
      channel.register(selector, SelectionKey.OP_READ);
      for (int n = channel.read(piece); n >= 0; n = channel.read(piece.clear())) {
        all.write(piece.array(), 0, n);
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new IOException("no end within " + LIMIT + " behind: " + all);
        }
        if (n == 0) {
          selector.select(left);
          selector.selectedKeys().clear();
        }
      }
    }
    return all.toString(StandardCharsets.UTF_8);
  }
}
