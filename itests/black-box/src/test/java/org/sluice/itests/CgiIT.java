package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.testing.Await;
import org.sluice.testing.Descriptors;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawResponse;

/** Programs over the wire, and what happens to them when their bundle goes. */
class CgiIT {
  private static final int REQUESTS = Integer.getInteger("sluice.cgi.requests", 500);
  private static final int CLIENTS = 32;
  private static final int MEGABYTES = Integer.getInteger("sluice.cgi.megabytes", 64);
  private static final String SOURCE = "source-of-a-script";

  private static Base base;
  private static Front front;

  @BeforeAll
  static void start() throws IOException {
    base = Base.withSite("cgi");
    base.route(
        "cgi",
        "path=/cgi-bin/",
        "target=cgi:cgi-bin",
        "cgi.nph=on",
        "cgi.kill-after=500ms",
        "cgi.queue=1000");
    base.route("among", "path=/among/", "target=file:among", "cgi=on", "cgi.suffixes=.sh");
    program("cgi-bin/hello.sh", "echo 'Content-Type: text/plain'", "echo", "echo hello");
    program("cgi-bin/reason.sh", "echo 'Status: 404 Nix da'", "echo 'Connection: close'", "echo");
    program("cgi-bin/nph-x.sh", "printf 'HTTP/1.0 299 Mine\\r\\nX: y\\r\\n\\r\\nraw'");
    program(
        "cgi-bin/redirect.sh",
        "echo 'Location: /cgi-bin/env.sh?b'",
        "echo 'Set-Cookie: a=b'",
        "echo");
    program("cgi-bin/env.sh", "echo", "env");
    // No pipeline: the shell would hold its ends for a moment.
    program("cgi-bin/fds.sh", "echo", "ls /proc/$$/fd");
    program(
        "cgi-bin/slow.sh",
        "echo",
        "echo begun",
        "while [ ! -e " + base.path("go") + " ]; do sleep 0.05; done",
        "echo done");
    program("cgi-bin/some.sh", "echo", "echo a", "sleep 0.02", "echo b");
    program("among/x.sh", "echo", "echo ran");
    program("cgi-bin/echo.sh", "echo", "exec cat");
    base.route("spool", "path=/spool/", "target=cgi:cgi-bin", "cgi.body=spool");
    base.route("docs", "path=/docs/", "target=file:manual");
    base.route("failing", "path=/failing/", "target=cgi:cgi-bin", "error.500=/cgi-bin/env.sh?page");
    program("cgi-bin/bad.sh", "echo no header");
    front = Front.start(base);
  }

  @AfterAll
  static void stop() {
    front.close();
  }

  private static void program(String name, String... lines) throws IOException {
    base.file(name, "#!/bin/sh\n# " + SOURCE + "\n" + String.join("\n", lines));
    Files.setPosixFilePermissions(base.path(name), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void plainAnswersOnOneConnection() throws IOException {
    try (RawHttpClient client = front.connect()) {
      for (int i = 0; i < 3; i++) {
        RawResponse answer = client.get("/cgi-bin/hello.sh").readResponse();
        assertEquals("hello\n", answer.text(), answer::rawText);
        assertEquals("text/plain", answer.header("Content-Type"));
      }
    }
  }

  @Test
  void reasonAndClose() throws IOException {
    try (RawHttpClient client = front.connect()) {
      String all =
          new String(client.get("/cgi-bin/reason.sh").readToEnd(), StandardCharsets.ISO_8859_1);
      assertTrue(all.startsWith("HTTP/1.1 404 Nix da\r\n"), all);
      assertTrue(all.contains("Connection: close\r\n"), all);
    }
  }

  /** T2: what such a program writes is all the client gets. */
  @Test
  void unparsedHeaders() throws IOException {
    try (RawHttpClient client = front.connect()) {
      assertEquals(
          "HTTP/1.0 299 Mine\r\nX: y\r\n\r\nraw",
          new String(client.get("/cgi-bin/nph-x.sh").readToEnd(), StandardCharsets.ISO_8859_1));
    }
  }

  @Test
  void redirectWithinTheFront() throws IOException {
    RawResponse answer = front.get("/cgi-bin/redirect.sh?a");
    assertEquals(200, answer.status(), answer::rawText);
    assertEquals("a=b", answer.header("Set-Cookie"));
    assertTrue(answer.text().contains("\nREDIRECT_QUERY_STRING=a\n"), answer::rawText);
    assertTrue(answer.text().contains("\nQUERY_STRING=b\n"), answer::rawText);
    assertTrue(answer.text().contains("\nREQUEST_URI=/cgi-bin/redirect.sh?a\n"), answer::rawText);
  }

  /** Path information goes through the routes: here it is of another one's files. */
  @Test
  void pathInformationIsTranslated() throws IOException {
    String env = front.get("/cgi-bin/env.sh/docs/a%20b").text();
    assertTrue(env.contains("\nPATH_INFO=/docs/a b\n"), env);
    assertTrue(env.contains("\nPATH_TRANSLATED=" + base.path("manual") + "/a b\n"), env);
    env = front.get("/cgi-bin/env.sh/else").text();
    assertTrue(env.contains("/else\n"), env);
    assertFalse(env.contains("PATH_TRANSLATED=" + base.path("manual")), env);
  }

  /** An error page that is a program learns all that the failed program had. */
  @Test
  void errorPageOfAProgram() throws IOException {
    RawResponse answer = front.get("/failing/bad.sh?q=1", "X-A: b");
    assertEquals(500, answer.status(), answer::rawText);
    for (String expected :
        List.of(
            "REDIRECT_STATUS=500",
            "REDIRECT_URL=/failing/bad.sh",
            "REDIRECT_QUERY_STRING=q=1",
            "REDIRECT_REQUEST_METHOD=GET",
            "REDIRECT_ERROR_NOTES=cgi-head",
            "REDIRECT_SCRIPT_NAME=/failing/bad.sh",
            "REDIRECT_HTTP_X_A=b",
            "REQUEST_URI=/failing/bad.sh?q=1",
            "QUERY_STRING=page")) {
      assertTrue(("\n" + answer.text()).contains("\n" + expected + "\n"), answer::rawText);
    }
    answer = front.get("/failing/missing");
    assertEquals(404, answer.status(), answer::rawText);
  }

  /** Both directions at once, for much more than all buffers between. */
  @ParameterizedTest
  @ValueSource(strings = {"/cgi-bin/echo.sh", "/spool/echo.sh"})
  void echoOfMuch(String target) throws Exception {
    byte[] piece = new byte[1 << 20];
    new Random(1).nextBytes(piece);
    try (Socket client = new Socket("127.0.0.1", front.port())) {
      client.setSoTimeout(60_000);
      Thread sender = new Thread(() -> quietly(() -> send(client, target, piece)));
      sender.start();
      InputStream in = new BufferedInputStream(client.getInputStream(), 1 << 16);
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) in.read());
      }
      assertTrue(head.toString().startsWith("HTTP/1.1 200"), head::toString);
      for (int i = 0; i < MEGABYTES; i++) {
        assertArrayEquals(piece, in.readNBytes(piece.length), "MiB " + i);
      }
      assertEquals(-1, in.read());
      sender.join();
    }
  }

  private static void send(Socket client, String target, byte[] piece) throws IOException {
    OutputStream out = client.getOutputStream();
    String head =
        "POST "
            + target
            + " HTTP/1.0\r\nHost: localhost\r\nContent-Length: "
            + (long) MEGABYTES * piece.length
            + "\r\n\r\n";
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    for (int i = 0; i < MEGABYTES; i++) {
      out.write(piece);
    }
  }

  /** T7, T12: nothing of the front's environment, none of its descriptors. */
  @Test
  void nothingIsInherited() throws IOException {
    assertEquals("0\n1\n2\n", front.get("/cgi-bin/fds.sh").text().replaceAll("(10|255)\n", ""));
    String env = front.get("/cgi-bin/env.sh", "Proxy: http://evil").text();
    assertFalse(env.contains("PROXY"), env);
    assertFalse(env.contains("JAVA"), env);
    assertFalse(env.contains("HOME"), env);
  }

  /** The bundle goes and comes while requests run: they finish, others get 503, never a source. */
  @Test
  void bundleGoesAndComes() throws Exception {
    Pattern row =
        Pattern.compile(
            "(?m)^ *([0-9]+)\\|.*org\\.sluice\\.cgi \\(|^ *([0-9]+)\\|.*Sluice :: CGI \\(");
    Matcher found = row.matcher(front.ask("lb"));
    assertTrue(found.find(), "the bundle is listed");
    String id = found.group(1) != null ? found.group(1) : found.group(2);
    List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger unavailable = new AtomicInteger();
    AtomicInteger over = new AtomicInteger();
    List<Thread> clients = new ArrayList<>();
    for (String target : List.of("/cgi-bin/hello.sh", "/among/x.sh", "/among/x.sh/info")) {
      Thread client = new Thread(() -> ask(target, over, unavailable, wrong));
      client.start();
      clients.add(client);
    }
    try (RawHttpClient slow = front.connect()) {
      slow.get("/cgi-bin/slow.sh", "Connection: close");
      String head = slow.readHead();
      assertTrue(head.startsWith("HTTP/1.1 200"), head);
      Thread stopper = new Thread(() -> quietly(() -> front.ask("stop", id)));
      stopper.start();
      Await.until(() -> unavailable.get() > 0, "new requests get 503");
      Files.createFile(base.path("go"));
      String rest = new String(slow.readToEnd(), StandardCharsets.ISO_8859_1);
      assertTrue(rest.contains("done"), rest);
      stopper.join();
    }
    assertEquals(503, front.get("/among/x.sh").status());
    assertEquals(503, front.get("/cgi-bin/hello.sh").status());
    front.ask("start", id);
    front.awaitStatus("/cgi-bin/hello.sh", 200);
    front.awaitStatus("/among/x.sh", 200);
    over.set(1);
    for (Thread client : clients) {
      client.join();
    }
    assertEquals(List.of(), wrong);
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void quietly(Work work) {
    try {
      work.run();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void ask(
      String target, AtomicInteger over, AtomicInteger unavailable, List<String> wrong) {
    while (over.get() == 0) {
      try {
        RawResponse answer = front.get(target);
        if (answer.status() == 503) {
          unavailable.incrementAndGet();
        } else if (answer.status() != 200) {
          wrong.add(target + ": " + answer.rawText());
        }
        if (answer.text().contains(SOURCE)) {
          wrong.add(target + " sent the source");
        }
      } catch (IOException e) {
        wrong.add(target + ": " + e);
      }
    }
  }

  /** Many requests, many of whose clients leave: nothing is left of them. */
  @Test
  void nothingIsLeftBehind() throws Exception {
    some(64);
    Await.until(() -> children() == 0, "no program is left");
    int threads = FrontThreads.others(front.pid()).size();
    int descriptors = Descriptors.count(front.pid());
    some(REQUESTS);
    Await.until(() -> children() == 0, "no process is left, not even a zombie");
    Await.until(() -> Descriptors.count(front.pid()) <= descriptors, "no descriptor is left");
    Await.value(
        Front.LIMIT,
        () -> FrontThreads.others(front.pid()),
        now -> now.size() <= threads,
        "no more threads than " + threads);
    assertEquals(200, front.get("/cgi-bin/hello.sh").status());
  }

  private static void some(int count) throws InterruptedException {
    AtomicInteger left = new AtomicInteger(count);
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      int seed = i;
      Thread client = new Thread(() -> leave(left, new Random(seed)));
      client.start();
      clients.add(client);
    }
    for (Thread client : clients) {
      client.join();
    }
  }

  private static void leave(AtomicInteger left, Random random) {
    while (left.getAndDecrement() > 0) {
      try (RawHttpClient client = front.connect()) {
        client.get("/cgi-bin/some.sh");
        switch (random.nextInt(4)) {
          case 0 -> client.reset();
          case 1 -> client.readHead();
          default -> client.readResponse();
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static long children() {
    return ProcessHandle.of(front.pid()).orElseThrow().descendants().count();
  }
}
