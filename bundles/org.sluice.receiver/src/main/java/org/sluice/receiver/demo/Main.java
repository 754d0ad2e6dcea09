package org.sluice.receiver.demo;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import org.sluice.receiver.HandOff;
import org.sluice.receiver.HandOffListener;
import org.sluice.receiver.HandedSocket;
import org.sluice.receiver.Receiver;
import org.sluice.receiver.ReceiverOptions;

/**
 * The demo receiver: {@code Main SOCKET [--full] [LEASE-SOCKET]}. Answers each client with a few
 * lines, one after the other, so that a terminal shows the stream. The front has written the head;
 * with {@code --full} (for routes with {@code flusher=raw}) the demo writes the whole response. At
 * LEASE-SOCKET it speaks the dialect {@code sluice}: it answers and gives the connection back. Ends
 * on SIGTERM and when the process that started it ends, after the streams that it writes, for which
 * it waits {@link ReceiverOptions#closeTimeout()} at most.
 */
public final class Main {
  private static final int LINES = 5;
  private static final long PAUSE_MILLIS = 250;
  private static final long LOOK_MILLIS = 500;
  private static final String HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n";

  private final boolean full;

  private Main(boolean full) {
    this.full = full;
  }

  /**
   * Runs the demo.
   *
   * @param arguments SOCKET, and {@code --full} if wanted
   */
  public static void main(String[] arguments) {
    boolean full = arguments.length >= 2 && arguments[1].equals("--full");
    int more = full ? 2 : 1;
    if (arguments.length < more || arguments.length > more + 1 || arguments[0].startsWith("-")) {
      System.err.println("usage: Main SOCKET [--full] [LEASE-SOCKET]");
      System.exit(2);
    }
    // First of all: a parent that ends while this starts is not the parent any more.
    try (RandomAccessFile stat = new RandomAccessFile("/proc/self/stat", "r")) {
      String parent = parent(stat);
      if (arguments.length > more) {
        listen(
            arguments[more],
            ReceiverOptions.defaults().dialect("sluice").name("demo"),
            new Leases());
      }
      listen(arguments[0], ReceiverOptions.defaults(), new Main(full)::answer);
      while (parent(stat).equals(parent)) {
        Thread.sleep(LOOK_MILLIS);
      }
      System.exit(0);
    } catch (IOException e) {
      System.err.println("demo receiver: " + e.getMessage());
      System.exit(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The parent's number: the second word behind the name in parentheses. ProcessHandle.onExit would
   * take a parent for dead that it cannot look at, in a process without a free descriptor.
   */
  private static String parent(RandomAccessFile stat) throws IOException {
    byte[] buffer = new byte[1024];
    stat.seek(0);
    String line = new String(buffer, 0, stat.read(buffer), StandardCharsets.UTF_8);
    return line.substring(line.lastIndexOf(')') + 1).strip().split(" ")[1];
  }

  private static void listen(String socket, ReceiverOptions options, HandOffListener listener)
      throws IOException {
    Receiver receiver = Receiver.open(Path.of(socket), options, listener);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(receiver), "demo shutdown"));
    System.out.println("listening " + receiver.path());
  }

  private void answer(HandOff handOff) throws IOException, InterruptedException {
    try (HandedSocket client = handOff.accept()) {
      if (full) {
        write(client, HEAD);
      }
      write(client, "Hello from process " + ProcessHandle.current().pid() + ".\n");
      write(client, "This is not the server that took your request: it handed me your socket,\n");
      write(
          client,
          "let go of it, and sees nothing of what I write. You are " + from(client) + ".\n");
      for (int line = 1; line <= LINES; line++) {
        Thread.sleep(PAUSE_MILLIS);
        write(client, line + "/" + LINES + "  " + time() + "\n");
      }
      client.finish();
    }
  }

  private static String from(HandedSocket client) throws IOException {
    var address = client.remoteAddress();
    return address == null
        ? "a local client"
        : address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  private static String time() {
    return ZonedDateTime.now(ZoneId.systemDefault())
        .truncatedTo(ChronoUnit.MILLIS)
        .format(DateTimeFormatter.ISO_OFFSET_DATE_TIME);
  }

  private static void write(HandedSocket client, String text) throws IOException {
    client.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static void close(Receiver receiver) {
    try {
      receiver.close();
    } catch (IOException e) {
      System.err.println("demo receiver: " + e.getMessage());
    }
  }
}
