package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sluice.testing.Await;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawHttpClient.End;

/** Clients that take their time (T11): others do not notice, and the slow ones are let go. */
class SlowClientsIT {
  private static final int TRICKLING = 200;
  private static final int IDLE = Integer.getInteger("sluice.idle", 1000);
  private static final Duration ORDINARY = Duration.ofSeconds(2);

  private final List<RawHttpClient> clients = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (RawHttpClient client : clients) {
      client.close();
    }
  }

  private RawHttpClient open(Front front) throws IOException {
    RawHttpClient client = front.connect();
    clients.add(client);
    return client;
  }

  @Test
  void anOrdinaryRequestDoesNotNotice() throws Exception {
    Base base =
        Base.withSite("slow", "timeout.keepalive=5m", "timeout.header=5m").fixed("all", "/", "all");
    try (Front front = Front.start(base)) {
      for (int i = 0; i < IDLE; i++) {
        RawHttpClient idle = open(front);
        if (i % 2 == 0) {
          assertEquals("all", idle.get("/").readResponse().text());
        }
      }
      List<RawHttpClient> trickling = new ArrayList<>();
      for (int i = 0; i < TRICKLING; i++) {
        trickling.add(open(front).send(i % 2 == 0 ? "GET /" : "POST / HTTP/1.1\r\nHost: a\r\nA: "));
      }
      long slowest = 0;
      for (int round = 0; round < 50; round++) {
        for (RawHttpClient client : trickling) {
          client.send("x");
        }
        long begin = System.nanoTime();
        assertEquals("all", front.get("/").text());
        slowest = Math.max(slowest, System.nanoTime() - begin);
      }
      assertTrue(slowest < ORDINARY.toNanos(), "an ordinary request took " + slowest + " ns");
      assertEquals(IDLE + TRICKLING, openConnections(front));
      // None of them was forgotten: each still gets its answer.
      for (RawHttpClient client : clients.subList(0, IDLE)) {
        assertEquals("all", client.get("/").readResponse().text());
      }
      for (int i = 0; i < TRICKLING; i++) {
        trickling.get(i).send(i % 2 == 0 ? " HTTP/1.1\r\nHost: a\r\n\r\n" : "\r\n\r\n");
        assertEquals(200, trickling.get(i).readResponse().status());
      }
    }
  }

  private static int openConnections(Front front) throws IOException {
    return front.table("sluice:status").stream()
        .map(row -> row.toString())
        .filter(row -> row.contains("listener "))
        .mapToInt(row -> Integer.parseInt(row.replaceFirst(".*\"([0-9]+) open, .*", "$1")))
        .sum();
  }

  @Test
  void theWholeHeadHasOneTimeOut() throws Exception {
    Base base =
        Base.withSite("slow-heads", "timeout.header=1s", "timeout.keepalive=1s")
            .fixed("all", "/", "all");
    try (Front front = Front.start(base)) {
      List<RawHttpClient> trickling = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        trickling.add(open(front).send("GET /"));
      }
      RawHttpClient silent = open(front);
      RawHttpClient used = open(front);
      assertEquals("all", used.get("/").readResponse().text());
      // Every byte comes in time, the whole does not.
      Await.until(
          () -> {
            for (RawHttpClient client : trickling) {
              client.send("x");
            }
            return !trickling.get(0).silentFor(Duration.ofMillis(20));
          },
          "the first answer");
      for (RawHttpClient client : trickling) {
        assertEquals(408, client.readResponse().status());
        assertEquals(End.EOF, client.awaitEnd());
      }
      assertEquals(End.EOF, silent.awaitEnd());
      assertEquals(End.EOF, used.awaitEnd());
      Await.until(() -> openConnections(front) == 0, "all connections are gone");
    }
  }

  /** The client of an upload that is too large sends all of it, and then finds the answer. */
  @Test
  void aRefusalOfALargeUploadCanBeRead() throws Exception {
    Base base =
        Base.withSite("uploads", "limit.body=1m")
            .fixed("all", "/", "all")
            .route("wide", "path=/wide", "target=status:200", "limit.body=0");
    try (Front front = Front.start(base)) {
      byte[] large = Bytes.xs(8 * 1024 * 1024);
      for (String head :
          new String[] {
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + large.length + "\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n"
          }) {
        RawHttpClient client = open(front);
        client.send(head).send(large);
        int status = client.readResponse("POST").status();
        assertEquals(head.contains("chunked") ? 400 : 413, status);
        assertEquals(End.EOF, client.awaitEnd());
      }
      RawHttpClient client = open(front);
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\nExpect: 100-continue\r\n\r\n");
      assertEquals(413, client.readResponse("POST").status(), "not 100 first");
      // Lengths that wrap in 32 bits are what they are.
      client = open(front);
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4294967301\r\n\r\nhello");
      assertEquals(413, client.readResponse("POST").status());
      client = open(front);
      client.send("POST /wide HTTP/1.1\r\nHost: a\r\nContent-Length: 4294967301\r\n\r\nhello");
      assertEquals("close", client.readResponse("POST").header("Connection"));
    }
  }
}
