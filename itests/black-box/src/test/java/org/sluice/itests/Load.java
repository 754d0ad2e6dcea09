package org.sluice.itests;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.sluice.testing.Await;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawResponse;

/**
 * Clients that ask without a pause, on connections that they keep as long as the front does. Every
 * answer is looked at; what is not as it should be is a failure.
 */
final class Load implements AutoCloseable {
  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(20);
  private static final int MOST_FAILURES = 20;

  private final Front front;
  private final List<String> requests;
  private final List<Thread> threads = new ArrayList<>();
  private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
  private final AtomicLong succeeded = new AtomicLong();

  /** Requests that each client has finished. */
  private final AtomicLongArray finished;

  private volatile Set<String> allowed = Set.of();
  private volatile boolean over;

  private Load(Front front, int clients, List<String> requests) {
    this.front = front;
    this.requests = requests;
    this.finished = new AtomicLongArray(clients);
  }

  /**
   * Starts clients.
   *
   * @param requests that each client makes in turn: a target, or {@code HEAD} and a target
   */
  static Load start(Front front, int clients, List<String> requests) {
    Load load = new Load(front, clients, requests);
    for (int i = 0; i < clients; i++) {
      int number = i;
      Thread thread = new Thread(() -> load.run(number), "client-" + i);
      thread.setDaemon(true);
      load.threads.add(thread);
      thread.start();
    }
    return load;
  }

  /**
   * Says which values of {@code X-Stamp} are right for requests that begin from now on; requests
   * under way may still show what was right before. Empty: not looked at.
   */
  void allow(String... stamps) {
    allowed = Set.copyOf(List.of(stamps));
  }

  private void run(int number) {
    RawHttpClient client = null;
    try {
      for (int i = 0; !over; i = (i + 1) % requests.size()) {
        try {
          client = client != null ? client : front.connect().limit(REQUEST_LIMIT);
          client = request(client, requests.get(i));
          finished.incrementAndGet(number);
        } catch (IOException e) {
          fail(requests.get(i) + " (" + i + ") at " + java.time.LocalTime.now() + ": " + e);
          client = close(client);
        }
      }
    } finally {
      close(client);
    }
  }

  /** Makes one request; gives back the connection if it lives on. */
  private RawHttpClient request(RawHttpClient client, String request) throws IOException {
    Set<String> before = allowed;
    boolean head = request.startsWith("HEAD ");
    String target = head ? request.substring(5) : request;
    if (head) {
      client.send("HEAD " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    } else {
      client.get(target);
    }
    RawResponse answer = client.readResponse(head ? "HEAD" : "GET");
    check(request, answer, before);
    return "close".equalsIgnoreCase(answer.header("Connection")) ? close(client) : client;
  }

  private void check(String request, RawResponse answer, Set<String> before) {
    String stamp = answer.header("X-Stamp");
    if (answer.status() != 200) {
      fail(request + ": " + answer.rawText());
    } else if (!request.startsWith("HEAD ") && answer.body().length == 0) {
      fail(request + ": without a body: " + answer.rawText());
    } else if (stamp != null
        && !before.isEmpty()
        && !before.contains(stamp)
        && !allowed.contains(stamp)) {
      fail(request + ": served by " + stamp + ", not by " + before);
    } else {
      succeeded.incrementAndGet();
    }
  }

  private void fail(String text) {
    if (failures.size() < MOST_FAILURES) {
      failures.add(text);
    }
  }

  private static RawHttpClient close(RawHttpClient client) {
    try {
      if (client != null) {
        client.close();
      }
    } catch (IOException e) {
      // It is gone either way.
    }
    return null;
  }

  /** Requests answered as they should be. */
  long succeeded() {
    return succeeded.get();
  }

  /** Waits until no request is under way that began before. */
  void awaitRound() {
    for (int i = 0; i < finished.length(); i++) {
      int client = i;
      long before = finished.get(client);
      Await.until(REQUEST_LIMIT, () -> finished.get(client) > before, "client " + client);
    }
  }

  /** What went wrong; empty when nothing did. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  /** Lets each client finish its request. */
  void finish() throws InterruptedException {
    over = true;
    for (Thread thread : threads) {
      thread.join(REQUEST_LIMIT.toMillis());
    }
  }

  @Override
  public void close() {
    over = true;
    try {
      finish();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
