package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawHttpClient.End;
import org.sluice.testing.RawResponse;

/** Limits as operators write them: from the key in a file to what a client gets (T11). */
class LimitsIT {
  private static Front front;

  @BeforeAll
  static void start() throws IOException {
    Base base =
        Base.withSite(
                "limits",
                "limit.request-line=100",
                "limit.header=120",
                "limit.headers=5",
                "limit.body=30",
                "limit.requests-per-connection=3")
            .fixed("all", "/", "all")
            .route("small", "path=/small/", "limit.body=10")
            .route("wide", "path=/wide/", "limit.body=0")
            .route("again", "path=/small/again/", "limit.body=");
    front = Front.start(base);
  }

  @AfterAll
  static void stop() {
    front.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200|GET /%86 HTTP/1.1~Host: a~~",
        "414|GET /%87 HTTP/1.1~Host: a~~",
        "200|GET / HTTP/1.1~Host: a~X: %117~~",
        "431|GET / HTTP/1.1~Host: a~X: %118~~",
        "200|GET / HTTP/1.1~Host: a~A:~A:~A:~A:~~",
        "431|GET / HTTP/1.1~Host: a~A:~A:~A:~A:~A:~~",
        "200|POST / HTTP/1.1~Host: a~Content-Length: 30~~%30",
        "413|POST / HTTP/1.1~Host: a~Content-Length: 31~~%31",
        "200|POST /small/ HTTP/1.1~Host: a~Content-Length: 10~~%10",
        "413|POST /small/ HTTP/1.1~Host: a~Content-Length: 11~~%11",
        "413|POST /small/x HTTP/1.1~Host: a~Expect: 100-continue~Content-Length: 11~~",
        "200|POST /small/again/ HTTP/1.1~Host: a~Content-Length: 99~~%99",
        "200|POST /wide/ HTTP/1.1~Host: a~Content-Length: 9999~~%9999",
      })
  void eachCountsFromItsKey(int status, String message) throws Exception {
    StringBuilder bytes = new StringBuilder();
    for (String part : message.replace("~", "\r\n").split("(?=%)")) {
      String digits = part.startsWith("%") ? part.replaceFirst("(?s)%([0-9]+).*", "$1") : "";
      bytes
          .append("x".repeat(digits.isEmpty() ? 0 : Integer.parseInt(digits)))
          .append(part.substring(digits.isEmpty() ? 0 : digits.length() + 1));
    }
    try (RawHttpClient client = front.connect()) {
      RawResponse answer = client.send(bytes.toString()).readResponse();
      assertEquals(status, answer.status(), answer::rawText);
      assertEquals(status == 200 ? null : "close", answer.header("Connection"));
      if (status != 200) {
        assertEquals(End.EOF, client.awaitEnd());
      }
    }
  }

  @Test
  void theLastRequestOfAConnectionIsSaidToBe() throws Exception {
    try (RawHttpClient client = front.connect()) {
      for (int i = 0; i < 4; i++) {
        client.get("/");
      }
      assertNull(client.readResponse().header("Connection"));
      assertNull(client.readResponse().header("Connection"));
      assertEquals("close", client.readResponse().header("Connection"));
      assertEquals(End.EOF, client.awaitEnd());
    }
  }

  /**
   * Clients do not get the last ones, which those who were accepted need. When there is none left
   * all the same, that passes, and is no fault of the file or program: 503, and a line without a
   * trace.
   */
  @Test
  void withoutADescriptorLeftFilesAndProgramsAreToBeAskedAgain() throws Exception {
    String prlimit = Tools.need("prlimit");
    Base base =
        Base.withSite("limit-descriptors")
            .fixed("all", "/", "all")
            .route("files", "path=/files/", "target=file:htdocs", "files.memory=0")
            .route("cgi", "path=/cgi/", "target=cgi:cgi");
    Files.createDirectories(base.path("htdocs"));
    Files.writeString(base.path("htdocs/a.txt"), "a file");
    Files.createDirectories(base.path("cgi"));
    Files.writeString(base.path("cgi/p"), "#!/bin/sh\nprintf '\\nout'\n");
    Files.setPosixFilePermissions(base.path("cgi/p"), PosixFilePermissions.fromString("rwxr-xr-x"));
    String run = String.join(" ", Distribution.command("run", "--base", base.path().toString()));
    List<RawHttpClient> clients = new ArrayList<>();
    try (Front small =
        Front.launch(base, List.of("sh", "-c", "ulimit -n 120; exec " + run)).awaitReady()) {
      clients.add(small.connect());
      String[] targets = {"/files/a.txt", "/cgi/p"};
      for (String target : targets) {
        assertEquals(200, clients.get(0).get(target).readResponse().status());
      }
      while (small.lines("cannot accept").isEmpty()) {
        clients.add(small.connect().get("/"));
      }
      for (String target : targets) {
        assertEquals(200, clients.get(0).get(target).readResponse().status());
      }
      String[] none = {prlimit, "--pid", "" + small.pid(), "--nofile=1:"};
      assertEquals(0, new ProcessBuilder(none).inheritIO().start().waitFor());
      for (String target : targets) {
        RawResponse answer = clients.get(0).get(target).readResponse();
        assertEquals(503, answer.status(), answer::rawText);
        assertEquals("1", answer.header("Retry-After"));
      }
      assertEquals(2, small.complaints(": descriptors ").size(), small::toString);
      assertEquals(List.of(), small.lines("\tat "), "stack traces");
    } finally {
      for (RawHttpClient client : clients) {
        client.close();
      }
    }
  }

  /** Whoever is too many waits in the backlog; a larger number takes effect at once. */
  @Test
  void connectionsBeyondTheLimitWait() throws Exception {
    Base base = Base.withSite("limit-connections", "limit.connections=2").fixed("all", "/", "all");
    List<RawHttpClient> clients = new ArrayList<>();
    try (Front small = Front.start(base)) {
      for (int i = 0; i < 4; i++) {
        clients.add(small.connect().get("/"));
      }
      assertEquals("all", clients.get(0).readResponse().text());
      assertEquals("all", clients.get(1).readResponse().text());
      clients.get(0).close();
      assertEquals("all", clients.get(2).readResponse().text());
      base.site("main", "listen=127.0.0.1:0", "limit.connections=9");
      assertEquals("all", clients.get(3).readResponse().text());
    } finally {
      for (RawHttpClient client : clients) {
        client.close();
      }
    }
  }
}
