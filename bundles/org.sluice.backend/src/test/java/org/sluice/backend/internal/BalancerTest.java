package org.sluice.backend.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.backend.api.BalancerMember;
import org.sluice.testing.Await;
import org.sluice.testing.MemoryExchange;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawResponse;

/** Which member serves. */
class BalancerTest extends BalancerFixture {
  @Test
  void sharesAreKept() throws IOException {
    member("one");
    member("three", "loadfactor", "3");
    front.route("b", "balancer:c");
    assertEquals(Map.of("one", 5, "three", 15), count(20));
  }

  @Test
  void lowerSetsStandbysAndSparesComeInTheirOrder() throws IOException {
    member("a");
    member("spare", "status", "R");
    member("standby", "status", "+H");
    member("later", "lbset", "1");
    front.route("b", "balancer://c/");
    assertEquals(Map.of("a", 4), count(4));
    front.members.named("a").order(Member.Order.DISABLED);
    assertEquals(Map.of("spare", 4), count(4));
    front.members.named("spare").order(Member.Order.DISABLED);
    assertEquals(Map.of("standby", 4), count(4));
    front.members.named("standby").order(Member.Order.DISABLED);
    assertEquals(Map.of("later", 4), count(4));
    front.members.named("later").order(Member.Order.DISABLED);
    assertEquals(503, get("/b/").status());
    front.members.named("a").order(Member.Order.ENABLED);
    assertEquals(Map.of("a", 4), count(4));
  }

  @Test
  void sessionsStickAndDrainedMembersKeepTheirs() throws IOException {
    member("a", "route", "r1");
    member("b", "route", "r2");
    front.route("b", "balancer:c", "balancer.stickysession", "SID|sid");
    assertEquals(Map.of("b", 5), count(5, "Cookie: x=1; SID=abc.r2"));
    assertEquals("a", get("/b/x;sid=abc.r1?q=1", "Cookie: SID=abc.r2").text());
    assertEquals("a", get("/b/x?sid=abc.r1").text());
    front.members.named("b").order(Member.Order.DRAINING);
    assertEquals(Map.of("a", 4), count(4));
    assertEquals("b", get("/b/x", "Cookie: SID=abc.r2").text());
  }

  /** A name that only ends like the session's is another name. */
  @Test
  void parameterNeedsABoundary() throws IOException {
    member("a", "route", "r1");
    member("b", "route", "r2", "status", "D");
    front.route("b", "balancer:c", "balancer.stickysession", "sid", "balancer.nofailover", "on");
    assertEquals("a", get("/b/x?xsid=abc.r2").text());
    assertEquals(503, get("/b/x?sid=abc.r2").status());
  }

  @Test
  void redirectRouteIsFollowed() throws IOException {
    member("a", "route", "r1", "status", "D", "redirect", "r3");
    member("b", "route", "r2");
    member("c", "route", "r3");
    front.route("b", "balancer:c", "balancer.stickysession", "SID");
    assertEquals(Map.of("c", 4), count(4, "Cookie: SID=x.r1"));
  }

  @Test
  void ownCookieIsSignedAndBinds() throws IOException {
    member("a");
    member("b");
    front.route("b", "balancer:c", "balancer.cookie", "LB");
    RawResponse first = get("/b/x");
    String cookie = first.header("Set-Cookie").split(";")[0];
    RawResponse again = get("/b/x", "Cookie: " + cookie);
    assertNull(again.header("Set-Cookie"));
    assertEquals(Map.of(first.text(), 4), count(4, "Cookie: " + cookie));
    String forged = cookie.replaceFirst("LB=[ab]", first.text().equals("a") ? "LB=b" : "LB=a");
    assertTrue(get("/b/x", "Cookie: " + forged).header("Set-Cookie") != null, "not believed");
  }

  @Test
  void refusedMemberIsLeftAloneAndComesBack() throws IOException {
    RawBackend gone = member("a", "retry", "1h");
    member("b");
    gone.close();
    front.route("b", "balancer:c");
    assertEquals(Map.of("b", 6), count(6));
    assertEquals("error", front.members.named("a").state());
    backends.add(backend("a", 200, gone.port()));
    // As long as the time is not over, and as soon as it is.
    assertEquals(Map.of("b", 4), count(4));
    put("a", gone.url(), "retry", "1ms");
    Await.until(() -> get("/b/x").text().equals("a"), "a serves again");
    assertEquals("ok", front.members.named("a").state());
  }

  @Test
  void allInErrorAreTriedAgain() throws IOException {
    RawBackend a = member("a");
    a.close();
    front.route("b", "balancer:c");
    assertEquals(503, get("/b/x").status());
    backends.add(backend("a", 200, a.port()));
    assertEquals("a", get("/b/x").text());
  }

  /** A member that breaks while the other one is in error leaves nobody; the other one is tried. */
  @Test
  void memberInErrorIsTriedWhenTheLastOneBreaks() throws IOException {
    member("a");
    RawBackend breaking =
        new RawBackend(
            peer -> {
              peer.request();
              peer.reset();
            });
    backends.add(breaking);
    put("b", breaking.url());
    front.members.named("a").failed("seen from elsewhere");
    front.route("b", "balancer:c");
    assertEquals("a", get("/b/x").text());
  }

  @Test
  void postIsNotSentTwice() throws IOException {
    for (String name : new String[] {"a", "b"}) {
      RawBackend breaking =
          new RawBackend(
              peer -> {
                peer.request();
                peer.reset();
              });
      backends.add(breaking);
      put(name, breaking.url());
    }
    front.route("b", "balancer:c");
    try (RawHttpClient client = front.connect()) {
      client.send("POST /b/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
      assertEquals(502, client.readResponse("POST").status());
    }
    assertEquals(1, backends.stream().mapToInt(backend -> backend.requests.size()).sum());
  }

  @Test
  void statusesFailAMemberAndOutliersAreEjected() throws IOException {
    RawBackend bad = backend("bad", 500, 0);
    put("bad", bad.url());
    member("good");
    front.route("b", "balancer:c", "balancer.failonstatus", "500");
    assertTrue(count(6).getOrDefault("bad", 0) == 1, "left alone after the first");
    front.members.named("bad").order(Member.Order.ENABLED);
    front.route("b", "balancer:c", "balancer.eject-after", "2");
    assertEquals(2, count(10).get("bad"));
    assertEquals("ejected", front.members.named("bad").state());
  }

  @Test
  void memberThatComesWhileARequestWaitsServesIt() throws Exception {
    front.route("b", "balancer:c", "balancer.timeout", "5s");
    try (RawHttpClient client = front.connect()) {
      client.get("/b/x");
      member("late");
      assertEquals("late", client.readResponse().text());
    }
    front.members.remove("late");
    front.route("b", "balancer:c");
    Await.until(() -> get("/b/x").status() == 503, "nobody is left");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "tcp"})
  void checksTakeAMemberOutAndIn(String kind) throws IOException {
    RawBackend a = member("a", "health", kind, "health.interval", "100ms", "health.fails", "1");
    member("b");
    front.route("b", "balancer:c");
    a.close();
    Await.until(() -> front.members.named("a").state().equals("unhealthy"), "a is seen to be ill");
    assertEquals(Map.of("b", 4), count(4));
    backends.add(backend("a", 200, a.port()));
    Await.until(() -> front.members.named("a").state().equals("ok"), "a is seen to be well");
  }

  @Test
  void hashIsStable() throws IOException {
    member("a");
    member("b");
    member("c");
    front.route("b", "balancer:c", "balancer.method", "hash", "balancer.hash", "header:X-Room");
    Map<String, String> rooms = new HashMap<>();
    for (int i = 0; i < 30; i++) {
      rooms.put("r" + i, get("/b/x", "X-Room: r" + i).text());
    }
    assertEquals(3, rooms.values().stream().distinct().count());
    front.members.named("c").order(Member.Order.DISABLED);
    for (Map.Entry<String, String> room : rooms.entrySet()) {
      String now = get("/b/x", "X-Room: " + room.getKey()).text();
      assertNotEquals("c", now);
      assertTrue(room.getValue().equals("c") || room.getValue().equals(now), "only c's have moved");
    }
  }

  @Test
  void otherMethodsChooseByTheirFigures() {
    MemoryExchange exchange = MemoryExchange.get("/").build();
    Member idle = memoryMember("idle", "1");
    Member busy = memoryMember("busy", "1");
    busy.running.set(5);
    busy.bytes.add(1000);
    idle.bytes.add(2000);
    List<BalancerMember> both = List.of(busy, idle);
    assertEquals(idle, new ByBusyness().choose(exchange, TestFront.defaults(), both));
    assertEquals(idle, new PowerOfTwo().choose(exchange, TestFront.defaults(), both));
    assertEquals(busy, new ByTraffic().choose(exchange, TestFront.defaults(), both));
  }

  private static Member memoryMember(String name, String share) {
    Map<String, String> keys =
        Map.of("balancer", "c", "target", "http://127.0.0.1:1", "loadfactor", share);
    return new Member(name, MemberConfig.of(name, keys), null);
  }

  @Test
  void slowStartBeginsWithLess() {
    Map<String, String> keys =
        Map.of("balancer", "c", "target", "http://127.0.0.1:1", "slow-start", "1h");
    Member member = new Member("m", MemberConfig.of("m", keys), null);
    assertTrue(member.weight() < 10, "weight " + member.weight());
  }

  @ParameterizedTest
  @CsvSource({"D, D", "+D-D, ''", "DH-d, H", "'', ''", "+H+R, HR"})
  void statusLetters(String text, String set) {
    assertEquals(set, MemberConfig.letters(text));
  }

  @Test
  void commandsChangeAMember() throws IOException {
    member("a");
    MemberCommand command = new MemberCommand(front.members);
    assertEquals("disabled", command.table(List.of("disable", "a")).rows().get(0).get(3));
    assertEquals("draining", command.table(List.of("drain", "a")).rows().get(0).get(3));
    assertEquals("ok", command.table(List.of("enable", "a")).rows().get(0).get(3));
    assertThrows(IllegalArgumentException.class, () -> command.table(List.of("enable", "x")));
    assertThrows(IllegalArgumentException.class, () -> command.table(List.of()));
    assertEquals(1, new BalancersStatus(front.members).table(List.of()).rows().size());
  }
}
