package org.sluice.backend.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.testing.Await;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawResponse;
import org.sluice.testing.WireExchange;

/** Parameters of members and balancers, one by one. */
class BalancerRulesTest extends BalancerFixture {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n.";

  private RawBackend scripted(String name, RawBackend.Script script, String... keysAndValues)
      throws IOException {
    RawBackend backend = new RawBackend(script);
    backends.add(backend);
    put(name, backend.url(), keysAndValues);
    return backend;
  }

  /** What letters say about new requests and about those of a session. */
  @ParameterizedTest
  @CsvSource({
    "D, b, b, disabled",
    "S, b, b, stopped",
    "E, b, b, error",
    "C, b, b, unhealthy",
    "N, b, a, draining",
    "H, b, a, standby",
    "R, b, a, spare",
    "D-D, a, a, ok",
    "EI, a, a, ok",
  })
  void letters(String status, String fresh, String bound, String state) throws IOException {
    member("a", "status", status, "loadfactor", "100");
    member("b");
    front.route("b", "balancer:c", "balancer.stickysession", "SID");
    assertEquals(fresh, get("/b/x").text());
    assertEquals(bound, get("/b/x", "Cookie: SID=x.a").text());
    assertEquals(state, front.members.named("a").state());
  }

  @Test
  void sharesHaveTwoDecimals() throws IOException {
    member("a", "loadfactor", "1.25");
    member("b", "loadfactor", "1");
    front.route("b", "balancer:c");
    assertEquals(Map.of("a", 10, "b", 8), count(18));
  }

  @ParameterizedTest
  @CsvSource({
    // separator, semicolon ends the value, target, cookie, who answers
    "., off, /b/x, SID=1.r2, b",
    "., off, /b/x, 'A=1, SID=1.r2', b",
    "., off, /b/x, SID=\"1.r2\", b",
    "., off, /b/x, XSID=1.r2, a",
    "., off, /b/x, SID=1.r9.r2, a",
    "., off, /b/x, SID=r2, a",
    "., off, /b/x?q=1&sid=1.r2&z=2, , b",
    "., off, /b/x;sid=1.r2/y, , b",
    "., off, /b/x;sid=1.r2;v=1, , a",
    "., on, /b/x;sid=1.r2;v=1, , b",
    "off, off, /b/x, SID=r2, b",
    "!, off, /b/x, SID=1!r2, b",
  })
  void sessionsAreFound(
      String separator, String semicolon, String target, String cookie, String who)
      throws IOException {
    member("a", "route", "r1", "loadfactor", "100");
    member("b", "route", "r2");
    front.route(
        "b",
        "balancer:c",
        "balancer.stickysession",
        "SID|sid",
        "balancer.stickysessionsep",
        separator,
        "balancer.scolonpathdelim",
        semicolon);
    assertEquals(who, get(target, cookie == null ? "X: y" : "Cookie: " + cookie).text());
  }

  @Test
  void attributesTellWhoServedAndWhetherTheSessionMoved() throws IOException {
    member("a", "route", "r1");
    front.route("b", "balancer:c", "balancer.stickysession", "SID");
    get("/b/x", "Cookie: SID=1.r1");
    get("/b/x", "Cookie: SID=1.gone");
    WireExchange stayed = front.exchanges.get(0);
    WireExchange moved = front.exchanges.get(1);
    assertEquals("c", stayed.attribute("balancer.name"));
    assertEquals("a", stayed.attribute("balancer.worker"));
    assertEquals("r1", stayed.attribute("balancer.route"));
    assertEquals("r1", stayed.attribute("balancer.session-route"));
    assertNull(stayed.attribute("balancer.route-changed"));
    assertEquals("1", moved.attribute("balancer.route-changed"));
  }

  /** A chain of redirects has an end, even when it is a ring. */
  @Test
  void redirectsInARingEnd() throws IOException {
    member("a", "route", "r1", "status", "D", "redirect", "r2");
    member("b", "route", "r2", "status", "D", "redirect", "r1");
    member("c", "route", "r3");
    front.route("b", "balancer:c", "balancer.stickysession", "SID");
    assertEquals("c", get("/b/x", "Cookie: SID=1.r1").text());
    front.route("b", "balancer:c", "balancer.stickysession", "SID", "balancer.nofailover", "on");
    assertEquals(503, get("/b/x", "Cookie: SID=1.r1").status());
  }

  /** With {@code retry=0s} nobody is ever left alone. */
  @Test
  void retryOfNothingIsAtOnce() throws IOException {
    RawBackend gone = member("a", "retry", "0s");
    member("b", "status", "H");
    gone.close();
    front.route("b", "balancer:c");
    assertEquals("b", get("/b/x").text());
    assertEquals("ok", front.members.named("a").state());
    backends.add(backend("a", 200, gone.port()));
    assertEquals("a", get("/b/x").text());
  }

  @Test
  void withoutForcedRecoveryErrorsLast() throws IOException {
    RawBackend gone = member("a");
    gone.close();
    front.route("b", "balancer:c", "balancer.forcerecovery", "off");
    assertEquals(503, get("/b/x").status());
    backends.add(backend("a", 200, gone.port()));
    assertEquals(503, get("/b/x").status());
    assertEquals("error", front.members.named("a").state());
  }

  /** {@code maxattempts} counts what comes after the first. */
  @ParameterizedTest
  @CsvSource({"0, 503, 1", "1, 503, 2", "2, 200, 2", "'', 200, 2"})
  void attemptsAreCounted(String most, int status, int failures) throws IOException {
    member("a").close();
    member("b").close();
    member("c", "loadfactor", "1");
    for (String name : new String[] {"a", "b"}) {
      front.members.named(name).recover();
    }
    front.route("b", "balancer:c", "balancer.maxattempts", most);
    assertEquals(status, get("/b/x").status());
    long failed =
        List.of("a", "b").stream().filter(m -> front.members.named(m).failures.sum() > 0).count();
    assertEquals(failures, failed);
  }

  @ParameterizedTest
  @CsvSource({"off, ok", "on, error"})
  void timeoutFailsAMemberIfItIsSaid(String option, String state) throws IOException {
    scripted(
        "a",
        peer -> {
          peer.request();
          peer.hold();
        });
    front.route(
        "b", "balancer:c", "backend.first-byte-timeout", "100ms", "balancer.failontimeout", option);
    assertEquals(504, get("/b/x").status());
    assertEquals(state, front.members.named("a").state());
  }

  /** A status that fails the member reaches the client all the same. */
  @ParameterizedTest
  @CsvSource({"'500,503', 503, error", "500, 503, ok", "'', 500, ok"})
  void failOnStatus(String option, int status, String state) throws IOException {
    RawBackend bad = backend("bad", status, 0);
    put("a", bad.url());
    front.route("b", "balancer:c", "balancer.failonstatus", option);
    assertEquals(status, get("/b/x").status());
    assertEquals(state, front.members.named("a").state());
  }

  /** With {@code max=1} the second request goes elsewhere while the first one runs. */
  @Test
  void memberTakesNoMoreThanItsMost() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    scripted(
        "a",
        peer -> {
          peer.request();
          go.await();
          peer.send(OK);
        },
        "max",
        "1",
        "loadfactor",
        "100");
    member("b", "status", "H");
    front.route("b", "balancer:c");
    try (RawHttpClient waiting = front.connect()) {
      waiting.get("/b/x");
      Await.until(() -> front.members.named("a").running.get() == 1, "a is busy");
      assertEquals("b", get("/b/x").text());
      go.countDown();
      assertEquals(".", waiting.readResponse().text());
    }
  }

  /** Never more than {@code eject-percent} of the members are out at a time. */
  @Test
  void ejectionsHaveALimit() throws IOException {
    for (String name : new String[] {"a", "b"}) {
      put(name, backend(name, 500, 0).url());
    }
    front.route("b", "balancer:c", "balancer.eject-after", "1");
    for (int i = 0; i < 6; i++) {
      assertEquals(500, get("/b/x").status());
    }
    long ejected =
        List.of("a", "b").stream()
            .filter(name -> front.members.named(name).state().equals("ejected"))
            .count();
    assertEquals(1, ejected, "half of two");
  }

  /** The path behind the balancer's name comes behind the member's own. */
  @ParameterizedTest
  @CsvSource({
    "balancer:c, '', /x",
    "balancer://c/app/, '', /app/x",
    "balancer://c/app/, /m, /m/app/x",
    "balancer://c/app/, /m/, /m/app/x",
  })
  void pathsAreJoined(String target, String own, String asked) throws IOException {
    RawBackend backend = backend("a");
    put("a", "http://127.0.0.1:" + backend.port() + own);
    front.route("b", target);
    assertEquals("a", get("/b/x").text());
    assertTrue(backend.requests.get(0).startsWith("GET " + asked + " "), backend.requests.get(0));
  }

  /** A redirect to another member's own URL is one to the balancer. */
  @Test
  void locationOfAnyMemberIsRewritten() throws IOException {
    RawBackend other = member("b", "status", "D");
    scripted(
        "a",
        peer -> {
          peer.request();
          peer.send(
              "HTTP/1.1 302 Found\r\nLocation: "
                  + other.url()
                  + "in\r\nURI: "
                  + other.url()
                  + "\r\nContent-Length: 0\r\n\r\n");
        });
    front.route("b", "balancer://c/");
    RawResponse answer = get("/b/x");
    assertEquals("http://localhost/b/in", answer.header("Location"));
    assertEquals("http://localhost/b/", answer.header("URI"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cookie:room", "header:X-Room", "path:2", "address"})
  void hashLooksAtWhatItIsTold(String key) throws IOException {
    member("a");
    member("b");
    member("c");
    front.route("b", "balancer:c", "balancer.method", "hash", "balancer.hash", key);
    for (int i = 0; i < 8; i++) {
      String room = "r" + i;
      String[] lines = {"Cookie: room=" + room, "X-Room: " + room};
      String first = get("/b/" + room + "/1", lines).text();
      assertEquals(first, get("/b/" + room + "/2", lines).text());
    }
  }

  @Test
  void unknownMethodIsAnErrorThatNamesIt() throws IOException {
    member("a");
    front.route("b", "balancer:c", "balancer.method", "nosuch");
    assertEquals(500, get("/b/x").status());
    assertTrue(front.exchanges.get(0).failure().getMessage().contains("nosuch"));
  }
}
