package org.sluice.itests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.sluice.receiver.HandOff;
import org.sluice.receiver.HandedKey;
import org.sluice.receiver.HandedSocket;
import org.sluice.receiver.ReceiverOptions;
import org.sluice.receiver.ReceiverSelector;

/**
 * A receiver of the dialect sluice in one thread: keeps given clients as event streams, answers
 * leases at once, and those of {@code /held} in two halves.
 */
final class EventStreams implements AutoCloseable {
  static final String STREAM_HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
  static final String WHOLE = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789";
  private static final int HALF = WHOLE.length() - 5;

  private final ReceiverSelector selector;
  private final Thread thread;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final List<HandedSocket> streams = new ArrayList<>();
  private final List<HandedSocket> held = new ArrayList<>();
  private final AtomicInteger streamCount = new AtomicInteger();
  private final AtomicInteger heldCount = new AtomicInteger();
  private volatile boolean over;

  private EventStreams(ReceiverSelector selector) {
    this.selector = selector;
    this.thread = new Thread(this::run, "event streams");
    thread.start();
  }

  static EventStreams open(Base base, String socket, int capacity) throws IOException {
    ReceiverOptions options =
        ReceiverOptions.defaults().dialect("sluice").name("streams").capacity(capacity);
    return new EventStreams(ReceiverSelector.open(Sockets.shortest(base.path(socket)), options));
  }

  private void run() {
    try {
      while (!over) {
        for (HandedKey key : selector.select(Duration.ofSeconds(5))) {
          if (key.isNew()) {
            arrived(key.handOff(), key.socket());
          }
        }
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void arrived(HandOff handOff, HandedSocket client) throws IOException {
    if (!handOff.request().lease()) {
      write(client, STREAM_HEAD);
      streams.add(client);
      streamCount.incrementAndGet();
    } else if (handOff.request().target().equals("/held")) {
      write(client, WHOLE.substring(0, HALF));
      held.add(client);
      heldCount.incrementAndGet();
    } else {
      write(client, WHOLE);
      client.giveBack(200, 10);
    }
  }

  private static void write(HandedSocket client, String text) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(ISO_8859_1));
      client.write(bytes);
      if (bytes.hasRemaining()) {
        throw new AssertionError("the client takes nothing");
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void inThread(Runnable task) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    tasks.add(
        () -> {
          try {
            task.run();
            done.complete(null);
          } catch (RuntimeException | AssertionError e) {
            done.completeExceptionally(e);
          }
        });
    selector.wakeup();
    done.join();
  }

  /** Sends every stream this text. */
  void send(String text) {
    inThread(() -> streams.forEach(client -> write(client, text)));
  }

  /** Ends every stream, and answers the rest of those that are held. */
  void finish() {
    inThread(
        () ->
            streams.forEach(
                client -> {
                  try {
                    client.finish();
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                }));
    inThread(
        () ->
            held.forEach(
                client -> {
                  write(client, WHOLE.substring(HALF));
                  finish(client);
                }));
  }

  private static void finish(HandedSocket client) {
    try {
      client.giveBack(200, 10);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  int streams() {
    return streamCount.get();
  }

  int held() {
    return heldCount.get();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    over = true;
    selector.wakeup();
    thread.join();
    selector.close();
  }
}
