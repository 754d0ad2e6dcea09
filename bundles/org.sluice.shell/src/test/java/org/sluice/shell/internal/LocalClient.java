package org.sluice.shell.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client of the shell socket, byte by byte. */
final class LocalClient implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** What the server sent until it closed: text, and the status of the trailer or -1. */
  record Reply(String text, int status) {}

  private final SocketChannel channel;

  LocalClient(Path socket) throws IOException {
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
  }

  static Reply exec(Path socket, String command) throws IOException {
    try (LocalClient client = new LocalClient(socket)) {
      return client.send("exec " + command + "\n").reply();
    }
  }

  LocalClient send(String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    return this;
  }

  LocalClient halfClose() throws IOException {
    channel.shutdownOutput();
    return this;
  }

  /** Reads until {@code end} has come. */
  String readUntil(String end) throws IOException {
    return within(
        () -> {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          ByteBuffer one = ByteBuffer.allocate(1);
          while (!bytes.toString(StandardCharsets.UTF_8).endsWith(end)) {
            if (channel.read(one.clear()) < 0) {
              throw new IOException("ended after: " + bytes.toString(StandardCharsets.UTF_8));
            }
            bytes.write(one.get(0));
          }
          return bytes.toString(StandardCharsets.UTF_8);
        });
  }

  Reply reply() throws IOException {
    String all = readAll();
    int nul = all.indexOf('\0');
    if (nul < 0) {
      return new Reply(all, -1);
    }
    String trailer = all.substring(nul + 1);
    if (!trailer.matches("exit \\d{1,3}\n")) {
      throw new IOException("bad trailer: " + trailer);
    }
    return new Reply(all.substring(0, nul), Integer.parseInt(trailer.substring(5).strip()));
  }

  private String readAll() throws IOException {
    return within(
        () -> {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          ByteBuffer buffer = ByteBuffer.allocate(8192);
          while (channel.read(buffer.clear()) >= 0) {
            bytes.write(buffer.array(), 0, buffer.position());
          }
          return bytes.toString(StandardCharsets.UTF_8);
        });
  }

  private interface Reading {
    String run() throws IOException;
  }

  private static String within(Reading reading) throws IOException {
    CompletableFuture<String> result = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                result.complete(reading.run());
              } catch (IOException e) {
                result.completeExceptionally(e);
              }
            });
    reader.setDaemon(true);
    reader.start();
    try {
      return result.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("no end of the reply", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
