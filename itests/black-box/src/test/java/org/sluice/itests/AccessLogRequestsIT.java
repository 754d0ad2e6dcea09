package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.testing.Await;
import org.sluice.testing.RawHttpClient;

/** Exchanges that take another way than most: each has one line, and says what happened. */
class AccessLogRequestsIT {
  private static final String FORMAT =
      "format=%s %>s \"%r\" \"%>r\" %U %>U %R %>R %q %>q %m %X %(end) %(error) %B";

  private static Base base;
  private static Front front;
  private int before;

  @BeforeAll
  static void start() throws IOException {
    base =
        Base.withSite("logreq", "root=htdocs", "error.404=/404.html", "error.503=/cgi/page")
            .route("files", "target=file:")
            .route("cgi", "path=/cgi/", "target=cgi:cgi-bin")
            .route("away", "path=/away", "target=http://127.0.0.1:1/")
            .file("htdocs/404.html", "not here")
            .file("htdocs/static.txt", "static")
            .file("etc/org.sluice.accesslog~main.cfg", "file=log/a.log", "flush=5ms", FORMAT)
            .file(
                "etc/org.sluice.accesslog~bytes.cfg",
                "file=log/bytes.log",
                "flush=5ms",
                "condition=%{REQUEST_URI} =~ /large|begun/",
                "format=%U %O %B")
            .file(
                "etc/org.sluice.accesslog~who.cfg",
                "file=log/who.log",
                "flush=5ms",
                "format=%h %a %{c}a %{remote}p %>s %L");
    Files.write(base.path("htdocs/large.bin"), new byte[32 << 20]);
    script("local", "echo 'Location: /static.txt?from=script'\necho");
    script("page", "echo 'Status: 200 OK'\necho 'Content-Type: text/plain'\necho\necho sorry");
    script("loop", "echo 'Location: /cgi/loop'\necho");
    script("silent", "touch ../begun; exec sleep 30");
    front = Front.start(base);
  }

  private static void script(String name, String text) throws IOException {
    base.file("cgi-bin/" + name, "#!/bin/sh", text);
    Files.setPosixFilePermissions(
        base.path("cgi-bin/" + name), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterAll
  static void stop() {
    front.close();
  }

  private static List<String> lines(String file) throws IOException {
    Path path = base.path("log/" + file);
    return Files.exists(path) ? Files.readAllLines(path) : List.of();
  }

  @BeforeEach
  void count() throws IOException {
    // Both logs have all lines when they have the same number.
    Await.until(() -> lines("a.log").size() == lines("who.log").size(), "all lines are written");
    before = lines("a.log").size();
  }

  /** The one line that was added, and only one: another request comes behind it. */
  private String added() throws IOException {
    front.get("/static.txt?mark");
    List<String> lines =
        Await.value(
            Await.LIMIT,
            () -> lines("a.log"),
            all -> all.stream().skip(before).anyMatch(line -> line.contains("?mark")),
            "the line of the last request");
    List<String> added =
        lines.stream().skip(before).filter(line -> !line.contains("?mark")).toList();
    assertEquals(1, added.size(), added::toString);
    return added.get(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/cgi/local?x|200 200 \"GET /cgi/local?x HTTP/1.1\" \"GET /static.txt?from=script"
            + " HTTP/1.1\" /cgi/local /static.txt cgi - ?from=script ?from=script GET + complete -"
            + " 7",
        "/missing|404 404 \"GET /missing HTTP/1.1\" \"GET /404.html HTTP/1.1\""
            + " /missing /404.html - -   GET + complete not-found 9",
      })
  void aChainOfRedirectsHasOneLine(String target, String expected) throws Exception {
    front.get(target);
    assertEquals(expected, added());
  }

  @Test
  void anErrorPageThatAProgramMakes() throws Exception {
    int status = front.get("/away").status();
    String line = added();
    assertEquals(503, status);
    assertTrue(
        line.startsWith("503 503 \"GET /away HTTP/1.1\" \"GET /cgi/page HTTP/1.1\" /away"), line);
  }

  @Test
  void redirectsWithoutEndHaveOneLine() throws Exception {
    front.get("/cgi/loop");
    String line = added();
    assertTrue(line.contains("\"GET /cgi/loop HTTP/1.1\" \"GET /cgi/loop HTTP/1.1\""), line);
  }

  @Test
  void aClientThatLeavesInTheMiddleOfAFile() throws Exception {
    int head;
    try (RawHttpClient client = front.connect()) {
      head = client.get("/large.bin").readHead().length();
      client.read(1 << 20);
      client.reset();
    }
    Await.until(() -> lines("a.log").size() > before, "a line");
    String line = added();
    assertTrue(line.startsWith("200 200 \"GET /large.bin HTTP/1.1\""), line);
    assertTrue(line.contains(" X aborted "), line);
    long bytes = Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
    assertTrue(bytes >= 0 && bytes < 32 << 20, line);
    Await.until(() -> !lines("bytes.log").isEmpty(), "a line of bytes");
    String[] sums = lines("bytes.log").get(0).split(" ");
    // The head is none of the body.
    assertEquals(bytes, Long.parseLong(sums[2]));
    assertEquals(head, Long.parseLong(sums[1]) - bytes, lines("bytes.log")::toString);
  }

  @Test
  void aClientThatLeavesBeforeTheAnswer() throws Exception {
    try (RawHttpClient client = front.connect()) {
      client.get("/cgi/silent");
      Await.until(() -> Files.exists(base.path("begun")), "it is under way");
      client.reset();
    }
    Await.until(() -> lines("a.log").size() > before, "a line");
    String line = added();
    assertTrue(line.startsWith("- - \"GET /cgi/silent HTTP/1.1\""), line);
    assertTrue(line.contains(" X aborted "), line);
  }

  /** Whether nothing of that client is on its way, nor waits to be read (proc(5)). */
  private static boolean wasRead(RawHttpClient client) throws IOException {
    String ours = ":%04X".formatted(client.local().getPort());
    String its = ":%04X".formatted(client.socket().getPort());
    List<String> all = new ArrayList<>(Files.readAllLines(Path.of("/proc/net/tcp")));
    if (Files.exists(Path.of("/proc/net/tcp6"))) { // where Java's sockets are of both families
      all.addAll(Files.readAllLines(Path.of("/proc/net/tcp6")));
    }
    List<String[]> ends =
        all.stream()
            .map(line -> line.strip().split("\\s+"))
            .filter(
                line ->
                    (line[1].endsWith(ours) && line[2].endsWith(its))
                        || (line[1].endsWith(its) && line[2].endsWith(ours)))
            .toList();
    return ends.size() == 2 && ends.stream().allMatch(line -> line[4].equals("00000000:00000000"));
  }

  /** Neither half a request line nor a connection without one is a request. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aClientThatLeavesWithinTheHead(boolean inOrder) throws Exception {
    for (String start : List.of("", "\r\n", "GET /half HT")) {
      try (RawHttpClient client = front.connect()) {
        client.send(start);
      }
    }
    try (RawHttpClient client = front.connect()) {
      client.send("GET /within HTTP/1.1\r\nHost: x\r\nAccep");
      // Until it was read: a reset may overtake what came before it.
      Await.until(() -> wasRead(client), "it was read");
      if (!inOrder) {
        client.reset();
      }
    }
    Await.until(() -> lines("a.log").size() > before, "a line");
    assertEquals(
        "400 400 \"GET /within HTTP/1.1\" \"GET /within HTTP/1.1\" /within /within - -   GET X"
            + " aborted refused 0",
        added());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "GET / HTTP/1.1\\r\\n\\r\\n|400|\"GET / HTTP/1.1\"",
        "GET /x y HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n|400|\"GET /x y HTTP/1.1\"",
        "NO\\r\\n\\r\\n|400|\"NO\"",
        "GET / HTTP/9.1\\r\\nHost: x\\r\\n\\r\\n|505|\"GET / HTTP/9.1\"",
        "GET / HTTP/1.1\\r\\nHost: x\\r\\nA : b\\r\\n\\r\\n|400|\"GET / HTTP/1.1\"",
        "GET /%zz HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n|400|\"GET /%zz HTTP/1.1\"",
      })
  void whatIsRefusedIsLoggedWithItsClient(String bytes, int status, String line) throws Exception {
    int port;
    try (RawHttpClient client = front.connect()) {
      port = client.local().getPort();
      client.send(bytes.replace("\\r", "\r").replace("\\n", "\n")).readResponse();
    }
    String logged = added();
    assertTrue(logged.contains(" " + status + " " + line + " "), logged);
    Await.until(
        () ->
            lines("who.log")
                .contains("127.0.0.1 127.0.0.1 127.0.0.1 " + port + " " + status + " -"),
        "a line with port " + port);
  }
}
