package org.sluice.fdpass.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.testing.Await;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawResponse;
import org.sluice.testing.RunningProcess;

/**
 * T13, T18: random mixes of pipelining, bodies, half-closes and resets of clients with every fault
 * that a receiver can have, and receivers that are killed. Every client gets exactly its own answer
 * or an abort that it can recognise, and nothing is left over.
 *
 * <p>{@code -Dtorture.exchanges=1000000 -Dtorture.seed=...} for more, or for the same again.
 */
class LeaseTortureTest {
  private static final int CLIENTS = 12;
  private static final String[] SOCKETS = {"a.sock", "b.sock", "c.sock"};

  /** Faults of receivers with what they leave the client with. */
  private static final String[] FAULTS = {
    "lie=1",
    "lie=-3",
    "liedread",
    "twice",
    "flags",
    "noack",
    "pass",
    "pass&liar",
    "late=0.001",
    "garbage",
    "unknown",
    "close",
    "take",
    "greedy=0",
    "shut",
    "keep",
    "most",
    "rights=2"
  };

  /** Those that take a receiver or a client out for a while. */
  private static final String[] RARE = {"diebusy", "die", "silent", "sleep=0.7"};

  private final int exchanges = Integer.getInteger("torture.exchanges", 20_000);
  private final long seed = Long.getLong("torture.seed", System.nanoTime());
  private final AtomicInteger left = new AtomicInteger(exchanges);
  private final AtomicInteger tokens = new AtomicInteger();
  private final LongAdder answered = new LongAdder();
  private final LongAdder unavailable = new LongAdder();
  private final LongAdder aborted = new LongAdder();
  private final CountDownLatch started = new CountDownLatch(SOCKETS.length);
  private final AtomicBoolean over = new AtomicBoolean();
  private long timedOut;
  @TempDir private Path folder;

  @Test
  void everyClientGetsItsOwn(TestReporter reporter) throws Exception {
    String again = "torture.seed=" + seed;
    reporter.publishEntry("torture.seed", Long.toString(seed));
    try (PacketReceivers world = new PacketReceivers(folder)) {
      world.front.keepExchanges = false;
      world.route(
          "t",
          String.join(",", SOCKETS),
          "handoff.ack-timeout",
          "500ms",
          "handoff.lease-timeout",
          "5s");
      ExecutorService pool = Executors.newFixedThreadPool(CLIENTS + SOCKETS.length);
      List<Future<?>> keepers = new ArrayList<>();
      for (int i = 0; i < SOCKETS.length; i++) {
        Random random = new Random(seed - i);
        String socket = SOCKETS[i];
        keepers.add(pool.submit(() -> keep(world, socket, random)));
      }
      started.await();
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Random random = new Random(seed + i);
        clients.add(pool.submit(() -> client(world, random)));
      }
      for (Future<?> client : clients) {
        client.get(600 + exchanges / 200, TimeUnit.SECONDS);
      }
      over.set(true);
      for (Future<?> keeper : keepers) {
        keeper.get(1, TimeUnit.MINUTES);
      }
      pool.shutdown();
      nothingIsLeft(world);
      timedOut = world.count("t", Step.TIMED_OUT);
    } catch (Exception | AssertionError e) {
      e.printStackTrace();
      fail(again + ": " + e, e);
    }
    String figures = answered + " answered, " + unavailable + " 503, " + aborted + " aborted";
    figures += ", " + timedOut + " waited for too long";
    reporter.publishEntry("outcome", figures);
    System.out.println(again + ": " + figures);
    assertTrue(answered.sum() > exchanges / 3, again + ": " + figures);
    assertEquals(exchanges, answered.sum() + unavailable.sum() + aborted.sum(), figures);
  }

  private static void nothingIsLeft(PacketReceivers world) {
    Await.until(() -> world.front.state().unacknowledged() == 0, "nothing unacknowledged");
    Await.until(() -> world.front.connections() == 0, "no connection");
    assertEquals(0, world.front.state().waiting());
    for (Receiver receiver : world.front.state().receivers()) {
      Await.until(() -> receiver.inFlight() == 0, receiver.path + " has nothing in flight");
    }
  }

  /** Kills a receiver now and then, and starts another one wherever one has died. */
  private Void keep(PacketReceivers world, String socket, Random random) throws Exception {
    while (!over.get()) {
      // Now and then more clients than all of them take: some wait.
      String capacity = "capacity=" + (1 + random.nextInt(6));
      RunningProcess receiver = world.start(socket, "quiet=1", capacity);
      started.countDown();
      Duration life = Duration.ofMillis(1_000 + random.nextInt(2_000));
      if (!receiver.endsWithin(life)) {
        receiver.kill();
      }
    }
    return null;
  }

  private Void client(PacketReceivers world, Random random) throws Exception {
    while (left.get() > 0) {
      try (RawHttpClient client = RawHttpClient.connect(world.front.port())) {
        client.limit(Duration.ofSeconds(30));
        boolean goesOn = true;
        while (goesOn && left.get() > 0) {
          goesOn = burst(client, random);
        }
      } catch (IOException e) {
        // Closing a connection that was reset.
        continue;
      }
    }
    return null;
  }

  /** One exchange of a burst: what is asked and what the answer has to be. */
  private record Asked(String request, String answer) {}

  private Asked ask(Random random) {
    String token = "token" + tokens.incrementAndGet();
    StringBuilder path = new StringBuilder("/t?say=").append(token);
    if (random.nextInt(6) == 0) {
      path.append('&').append(FAULTS[random.nextInt(FAULTS.length)]);
    }
    if (random.nextInt(2_000) == 0) {
      path.append('&').append(RARE[random.nextInt(RARE.length)]);
    }
    String content = "x".repeat(random.nextInt(200));
    String request =
        switch (random.nextInt(4)) {
          case 0 ->
              "POST "
                  + path
                  + " HTTP/1.1\r\nHost: x\r\nContent-Length: "
                  + content.length()
                  + "\r\n\r\n"
                  + content;
          case 1 ->
              "POST "
                  + path
                  + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                  + (content.isEmpty()
                      ? ""
                      : Integer.toHexString(content.length()) + "\r\n" + content + "\r\n")
                  + "0\r\n\r\n";
          default -> PacketReceivers.get(path.toString());
        };
    return new Asked(request, token + (request.startsWith("POST") ? content : ""));
  }

  private boolean burst(RawHttpClient client, Random random) throws IOException {
    int n = Math.min(1 + random.nextInt(4), left.getAndAdd(-4));
    if (n <= 0) {
      left.addAndGet(4);
      return false;
    }
    left.addAndGet(4 - n);
    List<Asked> asked = new ArrayList<>();
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < n; i++) {
      asked.add(ask(random));
      all.append(asked.get(i).request());
    }
    int done = 0;
    try {
      send(client, all.toString(), random);
      if (random.nextInt(40) == 0) {
        client.reset();
        aborted.add(n);
        return false;
      }
      for (; done < n; done++) {
        RawResponse response = client.readResponse("GET");
        if (response.status() == 503) {
          unavailable.increment();
          // No receiver at the moment: a client that asked at once would only count refusals.
          Thread.onSpinWait();
        } else {
          assertEquals(200, response.status());
          assertEquals(asked.get(done).answer(), response.text());
          answered.increment();
        }
        if (response.header("Connection") != null) {
          aborted.add(n - done - 1);
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      aborted.add(n - done);
      return false;
    }
  }

  /** In one piece, in two, or with an end behind it. */
  private static void send(RawHttpClient client, String text, Random random) throws IOException {
    int how = random.nextInt(8);
    if (how == 0) {
      int cut = random.nextInt(text.length());
      client.send(text.substring(0, cut));
      Thread.yield();
      client.send(text.substring(cut));
    } else {
      client.send(text);
    }
    if (how == 1) {
      client.halfClose();
    }
  }
}
