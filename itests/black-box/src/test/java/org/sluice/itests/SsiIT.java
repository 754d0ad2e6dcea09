package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.sluice.testing.Await;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawResponse;

/**
 * Pages of the packaged front: with files, hand-offs, hot elements, and while the bundle comes and
 * goes.
 */
class SsiIT {
  private static final String ERROR = "[an error occurred while processing this directive]";
  private static final String PAGE =
      "<!--#set var=\"x\" value=\"1\" --><!--#if expr=\"v('x') == '1'\" -->yes<!--#else"
          + " -->no<!--#endif --> <!--#include virtual=\"inc.html\" --><!--#include"
          + " file=\"child.shtml\" --><!--#fsize file=\"inc.html\" --> <!--#echo"
          + " var=\"DOCUMENT_NAME\" -->";
  private static final String EXPECTED = "yes INC[1]   3  page.shtml";

  private static Base base;
  private static Front front;
  private static TestReceiver receiver;

  @BeforeAll
  static void start() throws IOException {
    base =
        Base.withSite("ssi", "root=htdocs", "index=index.shtml")
            .route("files", "target=file:", "ssi=on", "ssi.etag=off", "precompressed=on")
            .route("fd", "path=/fd/", "target=fd:run/body.sock")
            // Every 503 of an absent bundle waits for it.
            .file("etc/org.sluice.core.cfg", "plugin.hold=200ms")
            .route("fixed", "path=/fixed", "target=status:200", "status.text=FIXED")
            .route("off", "path=/plain/", "target=file:htdocs")
            .bytes("htdocs/page.shtml", PAGE.getBytes())
            .bytes("htdocs/index.shtml", "index <!--#echo var=\"DOCUMENT_URI\" -->".getBytes())
            .bytes("htdocs/page.shtml.gz", "GZ".getBytes())
            .bytes("htdocs/a.txt", "0123456789".getBytes())
            .bytes("htdocs/a.txt.gz", "GZ".getBytes())
            .bytes("htdocs/inc.html", "INC".getBytes())
            .bytes("htdocs/child.shtml", "[<!--#echo var=\"x\" -->] ".getBytes())
            .bytes("htdocs/fd.shtml", "a<!--#include virtual=\"/fd/\" -->b".getBytes())
            .bytes("htdocs/fixed.shtml", "a<!--#include virtual=\"/fixed\" -->b".getBytes())
            .bytes("htdocs/exec.shtml", "a<!--#exec cmd=\"id\" -->b".getBytes())
            .bytes("htdocs/hits.shtml", "<!--#hits counter=\"c\" -->!".getBytes());
    receiver = TestReceiver.open(base, "run/body.sock", TestReceiver.BODY);
    front = Front.start(base);
  }

  @AfterAll
  static void stop() throws IOException {
    front.close();
    receiver.close();
  }

  @Test
  void aPage() throws Exception {
    RawResponse answer = front.get("/page.shtml");
    assertEquals(200, answer.status(), answer::rawText);
    assertEquals(EXPECTED, answer.text());
    assertNull(answer.header("Content-Length"));
    assertNull(answer.header("ETag"));
    assertNull(answer.header("Last-Modified"));
    assertNull(answer.header("Accept-Ranges"));
  }

  @Test
  void anIndexPage() throws Exception {
    assertEquals("index /index.shtml", front.get("/").text());
  }

  @Test
  void rangesAndConditionsAreAboutThePage() throws Exception {
    String[] fields = {
      "Range: bytes=0-3", "If-Modified-Since: Sat, 21 Nov 2099 19:36:37 GMT", "If-None-Match: *"
    };
    for (String field : fields) {
      RawResponse answer = front.get("/page.shtml", field, "Accept-Encoding: gzip");
      assertEquals(200, answer.status(), answer::rawText);
      assertEquals(EXPECTED, answer.text());
      assertEquals("index /index.shtml", front.get("/", field).text());
    }
  }

  @Test
  void textThatIsNoPageHasRangesAndCompressedSiblings() throws Exception {
    RawResponse part = front.get("/a.txt", "Range: bytes=2-4");
    assertEquals(206, part.status(), part::rawText);
    assertEquals("234", part.text());
    RawResponse sibling = front.get("/a.txt", "Accept-Encoding: gzip");
    assertEquals("gzip", sibling.header("Content-Encoding"));
    assertEquals("GZ", sibling.text());
  }

  @Test
  void postIsLikeGet() throws Exception {
    try (RawHttpClient client = front.connect()) {
      client.send("POST /page.shtml HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\na=1");
      assertEquals(EXPECTED, client.readResponse("POST").text());
      client.send(
          "POST /page.shtml HTTP/1.1\r\nHost: localhost\r\nContent-Length: 40\r\n\r\n"
              + "x".repeat(40));
      assertEquals(413, client.readResponse("POST").status());
    }
  }

  @Test
  void aHandOffInsideAPageIsRefused() throws Exception {
    long before = receiver.handedOff();
    try (RawHttpClient client = front.connect()) {
      assertEquals("a" + ERROR + "b", client.get("/fd.shtml").readResponse().text());
      assertEquals("aFIXEDb", client.get("/fixed.shtml").readResponse().text());
    }
    assertEquals(before, receiver.handedOff());
  }

  @Test
  void execNeedsItsBundle() throws Exception {
    if (front.table("sluice:plugins").stream()
        .noneMatch(row -> Json.text(row, "name").equals("exec"))) {
      assertEquals("a" + ERROR + "b", front.get("/exec.shtml").text());
      Await.until(() -> !front.lines("unknown directive").isEmpty(), "a line in the log");
    }
  }

  @Test
  void anElementComesAndGoesWithItsJar() throws Exception {
    assertEquals(ERROR + "!", front.get("/hits.shtml").text());
    base.deploy(
        "hits.jar",
        Distribution.TOP.resolve("examples/ssi-element/target/org.example.hits-1.0.0.jar"));
    front.await("/hits.shtml", answer -> answer.text().startsWith("c: "), "the element is there");
    assertTrue(front.get("/hits.shtml").text().matches("c: [0-9]+!"));
    base.remove("deploy/hits.jar");
    front.await("/hits.shtml", answer -> answer.text().equals(ERROR + "!"), "the element is gone");
  }

  /** Stops and starts the bundle while pages are served: the right text or 503, nothing else. */
  @Test
  void theBundleComesAndGoesUnderLoad() throws Exception {
    Map<String, Integer> seen = Collections.synchronizedMap(new TreeMap<>());
    AtomicBoolean over = new AtomicBoolean();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Thread client = new Thread(() -> ask(seen, over), "client-" + i);
      client.setDaemon(true);
      client.start();
      clients.add(client);
    }
    String id =
        front
            .ask("lb", "-s")
            .lines()
            .filter(line -> line.matches(".*[ |]org\\.sluice\\.ssi[ (|].*"))
            .findFirst()
            .orElseThrow()
            .strip()
            .split("[| ]")[0];
    for (int i = 0; i < 5; i++) {
      front.ask("stop", id);
      front.awaitStatus("/page.shtml", 503);
      front.ask("start", id);
      front.awaitStatus("/page.shtml", 200);
    }
    Await.until(() -> seen.getOrDefault("200 " + EXPECTED, 0) > 100, "pages are served");
    over.set(true);
    for (Thread client : clients) {
      client.join(30_000);
    }
    seen.keySet().removeIf(key -> key.equals("200 " + EXPECTED) || key.startsWith("503 "));
    assertEquals(Map.of(), seen);
    assertFalse(front.complaints("").stream().anyMatch(line -> line.contains("were cut")));
  }

  private static void ask(Map<String, Integer> seen, AtomicBoolean over) {
    while (!over.get()) {
      try (RawHttpClient client = front.connect()) {
        for (int i = 0; i < 100 && !over.get(); i++) {
          RawResponse answer = client.get("/page.shtml").readResponse();
          seen.merge(answer.status() + " " + answer.text(), 1, Integer::sum);
          if ("close".equalsIgnoreCase(answer.header("Connection"))) {
            break;
          }
        }
      } catch (IOException e) {
        seen.merge("lost: " + e, 1, Integer::sum);
      }
    }
  }
}
