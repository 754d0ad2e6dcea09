package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.sluice.testing.Await;
import org.sluice.testing.Descriptors;
import org.sluice.testing.Processes;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawResponse;
import org.sluice.testing.RunningProcess;

/** The packaged front before backends: framing end to end, large bodies, balancers, upgrades. */
class ProxyIT {
  private static final long LARGE = 64L * 1024 * 1024;

  private static Front front;
  private static TestBackend backend;

  @BeforeAll
  static void start() throws IOException {
    backend = TestBackend.open("recorder");
    Base base =
        Base.withSite("proxy")
            .route("r", "path=/r/", "target=" + backend.url())
            .route("b", "path=/b/", "target=balancer:pair")
            .route("only", "path=/only/", "target=" + backend.url(), "backend.connections=1")
            .file("etc/jvm.options", "-Xmx64m", "-XX:+UseSerialGC");
    front = Front.start(base);
  }

  @AfterAll
  static void stop() throws IOException {
    front.close();
    backend.close();
  }

  /** T1: what is accepted arrives as exactly as many requests, whatever their framing was. */
  @Test
  void acceptedRequestsArriveOneByOne() throws IOException {
    int before = backend.requests.size();
    String requests =
        "GET /r/1 HTTP/1.1\r\nHost: a\r\n\r\n"
            + "POST /r/2 HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\nGET /r/x HTTP/1.1\r\n\r"
            + "POST /r/3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "14;x=\"y\"\r\nGET /r/x HTTP/1.1\r\n\r\r\n0\r\nT: v\r\n\r\n"
            + "GET http://a/r/4 HTTP/1.1\r\nHost: other\r\n\r\n"
            + "PUT /r/5 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
            + "HEAD /r/6 HTTP/1.1\r\nHost: a\r\n\r\n"
            + "GET /r/7 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    try (RawHttpClient client = front.connect()) {
      client.send(requests);
      for (int i = 1; i <= 7; i++) {
        assertEquals(200, client.readResponse(i == 6 ? "HEAD" : "GET").status());
      }
      assertEquals(0, client.readToEnd().length);
    }
    assertEquals(
        List.of(
            "GET /1 HTTP/1.1 0",
            "POST /2 HTTP/1.1 20",
            "POST /3 HTTP/1.1 20",
            "GET /4 HTTP/1.1 0",
            "PUT /5 HTTP/1.1 0",
            "HEAD /6 HTTP/1.1 0",
            "GET /7 HTTP/1.1 0"),
        backend.requests.subList(before, backend.requests.size()));
    assertEquals(List.of(), backend.broken);
  }

  /** 64 MiB each way through a front with a heap of as much: nothing is kept. */
  @Test
  void largeBodiesStreamBothWays() throws IOException {
    try (RawHttpClient client = front.connect()) {
      client.limit(Duration.ofSeconds(60));
      long before = backend.bodyBytes.get();
      OutputStream out = client.socket().getOutputStream();
      client.send("POST /r/up HTTP/1.1\r\nHost: a\r\nContent-Length: " + LARGE + "\r\n\r\n");
      byte[] piece = new byte[64 * 1024];
      for (long left = LARGE; left > 0; left -= piece.length) {
        out.write(piece);
      }
      assertEquals(200, client.readResponse("POST").status());
      assertEquals(LARGE, backend.bodyBytes.get() - before);
    }
    try (RawHttpClient client = front.connect()) {
      client.get("/r/bytes/" + LARGE, "Connection: close");
      InputStream in = client.socket().getInputStream();
      long count = 0;
      byte[] piece = new byte[64 * 1024];
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        count += n;
      }
      assertTrue(count > LARGE && count < LARGE + 1000, "bytes " + count);
    }
    assertEquals(List.of(), front.complaints("OutOfMemory"));
  }

  /** What clients do not read stays with the backend and in the kernel, not in the front. */
  @Test
  void slowReadersDoNotGrowMemory() throws IOException {
    front.get("/r/bytes/" + LARGE / 8);
    long before = residentBytes();
    List<RawHttpClient> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(16 * 1024);
        InetAddress loopback = InetAddress.getLoopbackAddress();
        slow.add(RawHttpClient.connect(new InetSocketAddress(loopback, front.port()), socket));
        slow.get(i).get("/r/bytes/" + LARGE).readHead();
      }
      awaitStandstill();
      assertTrue(residentBytes() - before < LARGE, "of " + 8 * LARGE + " bytes");
      assertEquals("recorder", front.get("/r/x").text());
    } finally {
      for (RawHttpClient client : slow) {
        client.close();
      }
    }
    assertEquals(List.of(), front.complaints("OutOfMemory"));
  }

  /** Until the backend has not got rid of a single byte between two answers to others. */
  private static void awaitStandstill() {
    long[] sent = {-1};
    Await.until(
        () -> {
          long before = sent[0];
          for (int i = 0; i < 50; i++) {
            front.get("/r/x");
          }
          sent[0] = backend.largeBytes.get();
          return before == sent[0];
        },
        "nobody takes anything any more");
  }

  private static long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + front.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    throw new IOException("no VmRSS");
  }

  @Test
  void manyWebSocketsEchoAtOnce() throws IOException {
    front.get("/r/x");
    int before = Descriptors.count(front.pid());
    List<RawHttpClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        RawHttpClient client = front.connect();
        clients.add(client);
        upgrade(client);
      }
      for (int i = 0; i < clients.size(); i++) {
        clients.get(i).send("frame " + i);
      }
      for (int i = 0; i < clients.size(); i++) {
        String frame = "frame " + i;
        assertEquals(frame, new String(clients.get(i).read(frame.length())));
      }
      int now = Descriptors.count(front.pid());
      assertTrue(now - before >= 350, before + " to " + now + " descriptors: two for each");
    } finally {
      for (RawHttpClient client : clients) {
        client.close();
      }
    }
    Await.until(() -> Descriptors.count(front.pid()) <= before + 10, "every descriptor is closed");
  }

  private static void upgrade(RawHttpClient client) throws IOException {
    client.get(
        "/r/ws",
        "Connection: keep-alive, Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    assertTrue(client.readHead().startsWith("HTTP/1.1 101 "));
  }

  @Test
  void webSocketEchoes() throws IOException {
    try (RawHttpClient client = front.connect()) {
      upgrade(client);
      for (int i = 0; i < 100; i++) {
        assertEquals("ping " + i % 10, new String(client.send("ping " + i % 10).read(6)));
      }
      client.halfClose();
      assertEquals(0, client.readToEnd().length);
    }
  }

  private static void member(String name, int port) throws IOException {
    front
        .base()
        .file(
            "etc/org.sluice.member~" + name + ".cfg",
            "balancer=pair",
            "target=http://127.0.0.1:" + port,
            "retry=200ms");
  }

  private static void awaitMember(String name, String state) {
    front.awaitRow(
        "sluice:balancers",
        row -> text(row, "member").equals(name) && text(row, "state").equals(state),
        name + " is " + state);
  }

  private static String text(JsonObject row, String column) {
    return row.get(column).getAsString();
  }

  /**
   * Members are killed and started under load for ten seconds; every request is answered. One that
   * loses a member to each of its two attempts would not be: on a busy machine the front may take
   * its time for one request while others come through by the hundred.
   */
  @Test
  void membersComeAndGoUnderLoad() throws Exception {
    TestBackend one = TestBackend.open("one");
    TestBackend two = TestBackend.open("two");
    member("one", one.port());
    member("two", two.port());
    awaitMember("one", "ok");
    awaitMember("two", "ok");
    Distribution.Result unknown = front.shell("balancers nosuch");
    assertEquals(1, unknown.status(), unknown::text);
    assertTrue(unknown.text().contains("no balancer nosuch; there are [pair]"), unknown::text);
    try (Load load = Load.start(front, 4, List.of("/b/x", "HEAD /b/y"))) {
      long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      for (int i = 0; System.nanoTime() - end < 0; i++) {
        TestBackend victim = i % 2 == 0 ? one : two;
        long goal = load.succeeded() + 200;
        Await.until(Duration.ofSeconds(20), () -> load.succeeded() >= goal, "load before a kill");
        int port = victim.port();
        victim.close();
        long less = load.succeeded() + 200;
        Await.until(Duration.ofSeconds(20), () -> load.succeeded() >= less, "load without one");
        TestBackend again = TestBackend.open(i % 2 == 0 ? "one" : "two", port);
        one = i % 2 == 0 ? again : one;
        two = i % 2 == 0 ? two : again;
        load.awaitRound();
      }
      load.finish();
      assertEquals(List.of(), load.failures());
    }
    // Whoever was killed last may still be left alone for its retry.
    awaitMember("one", "ok");
    awaitMember("two", "ok");
    front.ask("sluice:member", "drain", "one");
    awaitMember("one", "draining");
    assertEquals("two", front.get("/b/x").text());
    front.ask("sluice:member", "enable", "one");
    one.close();
    two.close();
  }

  /** T12: without a free descriptor there is an answer, and the account of connections is right. */
  @Test
  void noDescriptorForTheBackend() throws Exception {
    String prlimit = Tools.need("prlimit");
    try (RawHttpClient client = front.connect()) {
      assertEquals(404, get(client, "/none")); // The connection stands.
      limitDescriptors(prlimit, 1);
      try {
        assertEquals(503, get(client, "/only/a"));
        assertEquals(503, get(client, "/only/b"));
      } finally {
        limitDescriptors(prlimit, 1_000);
      }
      assertEquals(200, get(client, "/only/c"));
    }
  }

  private static int get(RawHttpClient client, String path) throws IOException {
    client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
    return client.readResponse("GET").status();
  }

  private static void limitDescriptors(String prlimit, int most) throws Exception {
    String[] command = {prlimit, "--pid", "" + front.pid(), "--nofile=" + most + ":"};
    assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
  }

  /** A real application behind {@code php -S}. */
  @Test
  void phpAnswersBehindTheFront() throws Exception {
    String php = Tools.php();
    Base base = front.base();
    base.file(
        "php/index.php",
        "<?php header('X-Method: ' . $_SERVER['REQUEST_METHOD']);",
        "header('Set-Cookie: session=1; Path=/');",
        "echo $_SERVER['HTTP_X_FORWARDED_FOR'], ' ', strlen(file_get_contents('php://input'));");
    int port = Sockets.freePort();
    try (Processes processes = new Processes()) {
      RunningProcess server =
          processes.start(php, "-S", "127.0.0.1:" + port, "-t", base.path("php").toString());
      base.route("php", "path=/php/", "target=http://127.0.0.1:" + port + "/");
      front.awaitStatus("/php/", 200);
      try (RawHttpClient client = front.connect()) {
        client.send("POST /php/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
        RawResponse answer = client.readResponse("POST");
        assertEquals("127.0.0.1 3", answer.text());
        assertEquals("POST", answer.header("X-Method"));
      }
      server.kill();
    }
  }
}
