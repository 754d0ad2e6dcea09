package org.sluice.launcher;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Client of the shell that {@code org.sluice.shell} serves on the AF_UNIX stream socket {@code
 * run/shell.sock} (mode 0600).
 *
 * <p>The protocol, version 1, all text UTF-8:
 *
 * <ol>
 *   <li>The client sends one line: {@code exec COMMAND} LF, or {@code interactive} LF.
 *   <li>After {@code interactive} it sends lines of input, a LF after each, and shuts down its
 *       sending side at the end of its input. After {@code exec} it sends nothing.
 *   <li>The server sends output, any bytes but NUL, as it arises; prompts are output too.
 *   <li>The server ends with the trailer: one NUL byte, {@code exit STATUS} LF, STATUS being a
 *       decimal number from 0 to 255, and closes. After {@code exec} that is when the command has
 *       ended, after {@code interactive} at {@code exit} or at the end of input. 0 is success, 1 a
 *       command that failed, 2 an unknown command or wrong usage.
 *   <li>A connection that ends without the trailer is a failure (status 1).
 * </ol>
 */
final class ShellClient {
  private static final int TRAILER_LIMIT = 32;

  /** A front serves clients before its shell is there; under load that takes a moment. */
  private static final long YOUNG_MILLIS = 10_000;

  private static final long POLL_MILLIS = 20;

  private final Installation installation;
  private final Path socket;

  ShellClient(Installation installation) {
    this.installation = installation;
    this.socket = installation.shellSocket();
  }

  int exec(String command, Console console) throws Failure {
    if (command.indexOf('\n') >= 0) {
      throw new Failure(Failure.USAGE, "a shell command is one line");
    }
    try (SocketChannel channel = connect()) {
      send(channel, "exec " + command + "\n");
      return copy(channel, console);
    } catch (IOException e) {
      throw new Failure(socket + ": connection lost: " + e.getMessage(), e);
    }
  }

  int interactive(Console console) throws Failure {
    try (SocketChannel channel = connect()) {
      send(channel, "interactive\n");
      Thread input = new Thread(() -> forward(console.in(), channel), "sluice-shell-input");
      input.setDaemon(true);
      input.start();
      return copy(channel, console);
    } catch (IOException e) {
      throw new Failure(socket + ": connection lost: " + e.getMessage(), e);
    }
  }

  private SocketChannel connect() throws Failure {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(YOUNG_MILLIS);
    while (true) {
      try {
        return open();
      } catch (IOException e) {
        if (System.nanoTime() - end > 0 || !isComing()) {
          throw new Failure(
              socket
                  + ": no shell there ("
                  + e.getMessage()
                  + "); is the front running? sluice status",
              e);
        }
      }
    }
  }

  /** Whether a front runs that has begun so lately that its shell may still come; waits a bit. */
  private boolean isComing() throws Failure {
    Optional<BaseLock.Holder> holder = BaseLock.holder(installation);
    long started = holder.map(BaseLock.Holder::started).orElse(Long.MIN_VALUE);
    // 0 while it is being written.
    if (started != 0 && System.currentTimeMillis() - YOUNG_MILLIS > started) {
      return false;
    }
    try {
      Thread.sleep(POLL_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private SocketChannel open() throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(shortest(socket)));
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Socket paths are limited to 107 bytes, and the base is the working directory. */
  private static Path shortest(Path path) {
    Path here = Path.of("").toAbsolutePath();
    return path.startsWith(here) ? here.relativize(path) : path;
  }

  private static void send(SocketChannel channel, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /**
   * Standard input to the server, until its end; the main thread ends the process when the server
   * is done.
   */
  private static void forward(InputStream in, SocketChannel channel) {
    byte[] buffer = new byte[8_192];
    try {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, n);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
      channel.shutdownOutput();
    } catch (IOException e) {
      // the server has ended the shell; its trailer tells how
    }
  }

  private int copy(SocketChannel channel, Console console) throws IOException, Failure {
    ByteBuffer buffer = ByteBuffer.allocate(8_192);
    ByteArrayOutputStream trailer = null;
    while (channel.read(buffer.clear()) >= 0) {
      buffer.flip();
      int nul = trailer == null ? indexOfNul(buffer) : 0;
      if (trailer == null) {
        console.out().write(buffer.array(), 0, nul);
        console.out().flush();
        if (nul < buffer.limit()) {
          trailer = new ByteArrayOutputStream();
          nul++;
        }
      }
      if (trailer != null && trailer.size() < TRAILER_LIMIT) {
        trailer.write(buffer.array(), nul, buffer.limit() - nul);
      }
    }
    return status(trailer);
  }

  private static int indexOfNul(ByteBuffer buffer) {
    for (int i = 0; i < buffer.limit(); i++) {
      if (buffer.get(i) == 0) {
        return i;
      }
    }
    return buffer.limit();
  }

  private int status(ByteArrayOutputStream trailer) throws Failure {
    String text = trailer == null ? "" : trailer.toString(StandardCharsets.UTF_8).trim();
    if (!text.matches("exit [0-9]{1,3}")) {
      throw new Failure(socket + ": the connection ended before the command did");
    }
    return Integer.parseInt(text.substring("exit ".length()));
  }
}
