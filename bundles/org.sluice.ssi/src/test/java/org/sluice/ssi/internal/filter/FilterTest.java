package org.sluice.ssi.internal.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.FileFacts;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.ssi.api.Expansion;
import org.sluice.ssi.api.SsiException;
import org.sluice.ssi.internal.element.LaterVersion;
import org.sluice.testing.MemoryExchange;

/** Which responses are pages, what becomes of their fields, and what pages may ask for. */
class FilterTest {
  private static final String E = "[an error occurred while processing this directive]";
  private static final String SOURCE = "<!--#echo var=\"nope\" -->";

  private static Response html(String text) {
    return Response.of(200, Headers.of("Content-Type", "text/html"), Body.of(text));
  }

  private static MiniFront with(String... options) {
    java.util.HashMap<String, String> map = new java.util.HashMap<>();
    map.put("ssi", "on");
    for (int i = 0; i < options.length; i += 2) {
      map.put(options[i], options[i + 1]);
    }
    return new MiniFront().options(map);
  }

  @Test
  void offMeansOff() {
    MiniFront front = with("ssi", "off").file("/page.shtml", SOURCE);
    assertEquals(SOURCE, front.get("/page.shtml").bodyText());
  }

  @Test
  void bySuffixTypeAndBit() {
    MiniFront front = with("ssi.suffixes", ".x,.y").file("/a.x", SOURCE).file("/b.html", SOURCE);
    assertEquals("(none)", front.get("/a.x").bodyText());
    assertEquals(SOURCE, front.get("/b.html").bodyText());
    front.options(Map.of("ssi", "on", "ssi.types", "text/html"));
    assertEquals("(none)", front.get("/b.html").bodyText());
    front.options(Map.of("ssi", "on", "ssi.xbithack", "on"));
    assertEquals(SOURCE, front.get("/b.html").bodyText());
    assertEquals("(none)", front.modes(true, false).get("/b.html").bodyText());
  }

  @Test
  void anyHandlersOutput() {
    MiniFront front = with("ssi.types", "text/html").program("/p", x -> html(SOURCE));
    assertEquals("(none)", front.get("/p").bodyText());
    front.program(
        "/z",
        x ->
            Response.of(
                200,
                Headers.of("Content-Type", "text/html", "Content-Encoding", "gzip"),
                Body.of(SOURCE)));
    assertEquals(SOURCE, front.get("/z").bodyText());
    front.program(
        "/magic",
        x ->
            Response.of(
                200, Headers.of("Content-Type", "text/x-server-parsed-html"), Body.of(SOURCE)));
    MemoryExchange magic = front.get("/magic");
    assertEquals("(none)", magic.bodyText());
    assertEquals("text/html", magic.responseHeaders().get("Content-Type"));
  }

  @Test
  void fieldsOfTheSourceGo() {
    MemoryExchange exchange = with().file("/page.shtml", SOURCE).get("/page.shtml");
    for (String name : List.of("Content-Length", "ETag", "Last-Modified", "Accept-Ranges")) {
      assertNull(exchange.responseHeaders().get(name), name);
    }
    Headers kept =
        with("ssi.etag", "on", "ssi.last-modified", "on")
            .file("/page.shtml", SOURCE)
            .get("/page.shtml")
            .responseHeaders();
    assertEquals("\"e\"", kept.get("ETag"));
    assertEquals("Sat, 21 Nov 2026 19:36:37 GMT", kept.get("Last-Modified"));
  }

  /** What the handler asks before it cuts a file, or gives a compressed one. */
  @Test
  void pagesAndNothingElseAreToBeGivenWhole() {
    MiniFront front = with().file("/a.html", SOURCE);
    assertTrue(isWhole(front, "page.shtml", "text/html", false));
    for (String type : List.of("text/plain", "text/css", "text/javascript", "text/html")) {
      assertFalse(isWhole(front, "a.txt", type, true), type);
    }
    assertFalse(isWhole(front, "noext", null, false));
    assertTrue(isWhole(front, "a.txt", "text/x-server-parsed-html", false));
    front.options(Map.of("ssi", "noexec", "ssi.types", "text/css"));
    assertTrue(isWhole(front, "s.css", "text/css;charset=utf-8", false));
    assertFalse(isWhole(front, "a.txt", "text/plain", false));
    front.options(Map.of("ssi", "on", "ssi.xbithack", "on", "ssi.etag", "on"));
    assertTrue(isWhole(front, "a.html", "text/html", true));
    assertFalse(isWhole(front, "a.html", "text/html", false));
    assertFalse(isWhole(front, "a.txt", "text/plain", true));
    front.options(Map.of("ssi", "off"));
    assertNull(front.get("/a.html").attribute(Attributes.WHOLE_FILE));
  }

  private static boolean isWhole(MiniFront front, String name, String type, boolean executable) {
    @SuppressWarnings("unchecked") // what the attribute is documented to be
    BiPredicate<FileFacts, Headers> pages =
        (BiPredicate<FileFacts, Headers>) front.get("/a.html").attribute(Attributes.WHOLE_FILE);
    return pages.test(
        new FileFacts(Path.of("/www", name), 1, MiniFront.MODIFIED, type, executable, false),
        type == null ? Headers.empty() : Headers.of("Content-Type", type));
  }

  @Test
  void executeBitFullHasADate() {
    MiniFront front = with("ssi.xbithack", "full").file("/b.html", SOURCE).modes(true, true);
    assertEquals(
        "Sat, 21 Nov 2026 19:36:37 GMT",
        front.get("/b.html").responseHeaders().get("Last-Modified"));
    String since = "Sat, 21 Nov 2026 19:36:37 GMT";
    assertEquals(304, front.get("/b.html", "If-Modified-Since", since).status());
    String before = "Sat, 21 Nov 2026 19:36:36 GMT";
    assertEquals(200, front.get("/b.html", "If-Modified-Since", before).status());
    front.modes(true, false);
    assertNull(front.get("/b.html").responseHeaders().get("Last-Modified"));
    assertEquals(200, front.get("/b.html", "If-Modified-Since", since).status());
  }

  @Test
  void headHasNoLength() {
    MemoryExchange head = with().file("/page.shtml", SOURCE).request("HEAD", "/page.shtml", null);
    assertEquals(200, head.status());
    assertNull(head.responseHeaders().get("Content-Length"));
    assertEquals("", head.bodyText());
  }

  @Test
  void postIsAnsweredLikeGet() {
    MiniFront front = with().file("/page.shtml", "<!--#echo var=\"REQUEST_METHOD\" -->");
    assertEquals("POST", front.request("POST", "/page.shtml", "a=1").bodyText());
    assertEquals(413, front.request("POST", "/page.shtml", "x".repeat(33)).status());
    assertEquals(200, front.request("POST", "/page.shtml", "x".repeat(32)).status());
  }

  @Test
  void programsGetTheKeptBody() {
    MiniFront front =
        with()
            .file("/page.shtml", "<!--#include virtual=\"/p\" -->")
            .program(
                "/p",
                x ->
                    html(x.request().method() + " " + x.request().headers().get("Content-Length")));
    assertEquals("POST 3", front.request("POST", "/page.shtml", "a=1").bodyText());
    assertEquals("GET null", front.get("/page.shtml").bodyText());
  }

  @Test
  void noexecIncludesFilesOnly() {
    MiniFront front =
        with("ssi", "noexec")
            .file("/page.shtml", "<!--#include virtual=\"/p\" -->")
            .program("/p", x -> html("RAN"));
    assertEquals(E, front.get("/page.shtml").bodyText());
    front.options(Map.of("ssi", "noexec", "ssi.noexec-includes", "any"));
    assertEquals("RAN", front.get("/page.shtml").bodyText());
  }

  @Test
  void aProgramsOwnStatusIsContent() {
    MiniFront front =
        with()
            .file("/page.shtml", "<!--#include virtual=\"/p\" -->")
            .program("/p", x -> html("sorry").withStatus(404));
    assertEquals("sorry", front.get("/page.shtml").bodyText());
  }

  @Test
  void fsizeNeverRuns() {
    MiniFront front =
        with()
            .file("/page.shtml", "<!--#fsize virtual=\"/p\" -->")
            .program(
                "/p",
                x -> {
                  assertTrue(x.attribute(Attributes.LOOKUP) != null);
                  return Response.of(404);
                });
    assertEquals(E, front.get("/page.shtml").bodyText());
  }

  @Test
  void programsSeeTheVariables() {
    List<Object> seen = new ArrayList<>();
    MiniFront front =
        with()
            .file(
                "/page.shtml",
                "<!--#set var=\"Mine\" value=\"1\" --><!--#include virtual=\"/p\" -->")
            .program(
                "/p",
                x -> {
                  Map<?, ?> variables = (Map<?, ?>) x.attribute(Attributes.VARIABLES);
                  seen.add(variables.get("Mine"));
                  seen.add(variables.get("DOCUMENT_NAME"));
                  return html("");
                });
    front.get("/page.shtml");
    assertEquals(List.of("1", "page.shtml"), seen);
  }

  @Test
  void slowIncludesAreFetchedTogetherAndStayInOrder() {
    List<CompletableFuture<Void>> open = new ArrayList<>();
    StringBuilder page = new StringBuilder("<");
    MiniFront front = with();
    for (int i = 0; i < 10; i++) {
      page.append("<!--#include virtual=\"/p").append(i).append("\" -->");
    }
    List<Exchange> asked = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      int n = i;
      front.slow(
          "/p" + i,
          exchange -> {
            asked.add(exchange);
            CompletableFuture<Void> gate = new CompletableFuture<>();
            open.add(gate);
            return gate.thenApply(x -> html("" + n));
          });
    }
    MemoryExchange exchange = front.file("/page.shtml", page + ">").get("/page.shtml");
    assertEquals(8, asked.size(), "ssi.parallel");
    assertEquals("<", exchange.bodyText());
    for (int i = 7; i >= 0; i--) {
      open.get(i).complete(null);
    }
    open.get(8).complete(null);
    open.get(9).complete(null);
    assertEquals("<0123456789>", exchange.bodyText());
  }

  @Test
  void includedPagesSetVariablesInOrder() {
    MiniFront front =
        with()
            .file("/a.shtml", "<!--#echo var=\"x\" --><!--#set var=\"x\" value=\"a\" -->")
            .file("/b.shtml", "<!--#echo var=\"x\" --><!--#set var=\"x\" value=\"b\" -->")
            .file(
                "/page.shtml",
                "<!--#include virtual=\"/a.shtml\" -->,<!--#include virtual=\"/b.shtml\" -->,"
                    + "<!--#echo var=\"x\" -->");
    assertEquals("(none),a,b", front.get("/page.shtml").bodyText());
  }

  @Test
  void foreignElements() {
    MiniFront front =
        with()
            .file(
                "/page.shtml",
                "a<!--#hits x=\"$n&lt;\" y -->b<!--#if expr=\"false\" --><!--#hits --><!--#endif"
                    + " -->")
            .element(
                "hits",
                page -> {
                  assertEquals("hits", page.element());
                  assertNull(page.attributes().get(1).value());
                  page.write(page.escape(page.expand(page.attribute("x").orElseThrow()) + "<>"));
                  page.print("é");
                });
    assertEquals("a&lt;&lt;&gt;éb", front.get("/page.shtml").bodyText());
    front.element(
        "hits",
        page -> {
          throw new SsiException("no");
        });
    assertEquals("a" + E + "b", front.get("/page.shtml").bodyText());
    front.element(
        "hits",
        page -> {
          throw new IllegalStateException("bug");
        });
    assertEquals("a" + E + "b", front.get("/page.shtml").bodyText());
  }

  /** A newer version of the bundle comes, or stays, while a page of this one is under way. */
  @Test
  void aPageKeepsToTheElementsOfItsOwnVersion() {
    MiniFront front =
        with()
            .element("echo", new LaterVersion())
            .element("set", new LaterVersion())
            .element("other", new LaterVersion())
            .file(
                "/page.shtml",
                "<!--#set var=\"a\" value=\"b\" --><!--#echo var=\"a\" --><!--#other -->.");
    assertEquals("b" + E + ".", front.get("/page.shtml").bodyText());
  }

  @Test
  void whatStandsBeforeAForeignElementIsSentFirst() {
    MiniFront front = with().file("/page.shtml", "top<!--#slow -->end");
    CompletableFuture<String> gate = new CompletableFuture<>();
    front.element("slow", page -> page.await(gate, page::write));
    MemoryExchange exchange = front.get("/page.shtml");
    assertEquals("top", exchange.bodyText());
    assertFalse(exchange.bodyComplete());
    gate.complete("-late-");
    assertEquals("top-late-end", exchange.bodyText());
  }

  @Test
  void wordsOfTheClientDoNotGetIntoACommand() {
    List<String> commands = new ArrayList<>();
    MiniFront front =
        with()
            .element(
                "exec",
                page ->
                    commands.add(
                        page.expand(page.attribute("cmd").orElseThrow(), Expansion.COMMAND)))
            .file(
                "/page.shtml",
                "<!--#set var=\"own\" value=\"o\" --><!--#set var=\"q\" value=\"x$QUERY_STRING\""
                    + " --><!--#set var=\"q2\" value=\"$q\" --><!--#if expr=\"v('QUERY_STRING') =~"
                    + " /(.*)/\" --><!--#endif --><!--#exec cmd=\"$own $q $q2 $QUERY_STRING"
                    + " $HTTP_COOKIE $1 $nope $DOCUMENT_NAME ${REQUEST_URI} $PATH_INFO"
                    + " $DOCUMENT_ARGS $QUERY_STRING_UNESCAPED\" -->");
    front.get("/page.shtml?;id", "Cookie", "`id`");
    assertEquals(
        List.of(
            "o $q $q2 $QUERY_STRING $HTTP_COOKIE $1 $nope page.shtml ${REQUEST_URI} $PATH_INFO"
                + " $DOCUMENT_ARGS $QUERY_STRING_UNESCAPED"),
        commands);
  }

  @Test
  void wordsOfTheClientDoNotLeaveTheDocumentsFolder() {
    MiniFront front =
        with()
            .file("/sub/page.shtml", "<!--#include file=\"$QUERY_STRING\" -->")
            .file("/secret.html", "SECRET")
            .file("/sub/x.html", "X");
    assertEquals("X", front.get("/sub/page.shtml?x.html").bodyText());
    for (String query :
        List.of("../secret.html", "/secret.html", "x/../../secret.html", "%2e%2e/secret.html")) {
      assertEquals(E, front.get("/sub/page.shtml?" + query).bodyText(), query);
    }
  }

  @Test
  void printenvKeepsSecrets() {
    MiniFront front =
        with("ssi.printenv", "on")
            .file("/page.shtml", "<!--#set var=\"<x>\" value=\"&\" --><!--#printenv -->");
    String text = front.get("/page.shtml", "Cookie", "secret", "X-Y", "<z>").bodyText();
    assertFalse(text.contains("secret"), text);
    assertTrue(text.contains("\nDOCUMENT_NAME=page.shtml\n"), text);
    assertTrue(text.contains("HTTP_X_Y=&lt;z&gt;\n"), text);
    assertTrue(text.endsWith("&lt;x&gt;=&amp;\n"), text);
  }

  @Test
  void totalOutputIsLimited() {
    MiniFront front =
        with("ssi.max-output", "1k")
            .file(
                "/two.shtml",
                "x".repeat(100)
                    + "<!--#include virtual=\"two.shtml\" --><!--#include virtual=\"two.shtml\""
                    + " -->");
    MemoryExchange exchange = front.get("/two.shtml");
    assertTrue(exchange.bodyBytes().length <= 1024);
  }

  /** What three pages pass on is one page's output, once. */
  @Test
  void includedOutputCountsOnce() {
    MiniFront front =
        with("ssi.max-output", "1k")
            .file("/in.shtml", "x".repeat(900))
            .file("/middle.shtml", "<!--#include virtual=\"in.shtml\" -->")
            .file("/page.shtml", "<!--#include virtual=\"middle.shtml\" -->");
    assertEquals("x".repeat(900), front.get("/page.shtml").bodyText());
  }

  @Test
  void twoSelfIncludesEndSoon() {
    MiniFront front =
        with("ssi.max-includes", "50")
            .file(
                "/two.shtml",
                "x<!--#include virtual=\"two.shtml\" --><!--#include virtual=\"two.shtml\" -->");
    String text = front.get("/two.shtml").bodyText();
    assertTrue(text.replace(E, "").length() <= 51, text);
  }
}
