package org.sluice.backend.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.api.http.HandlerException;
import org.sluice.api.route.Target;
import org.sluice.testing.MapOptions;
import org.sluice.testing.MemoryExchange;

/** What of a request's path reaches the backend (T3, T4). */
class PathMappingTest {

  private static String map(
      String route, String target, String raw, String decoded, MapOptions options, String... groups)
      throws HandlerException {
    var builder = MemoryExchange.get(raw).route(route, target, options).path(decoded);
    MemoryExchange exchange = (groups.length > 0 ? builder.groups(groups) : builder).build();
    BackendTarget parsed = BackendTarget.of(Target.parse(target));
    return PathMapping.path(exchange, parsed, "", new BackendOptions(options));
  }

  @ParameterizedTest
  @CsvSource({
    // route, target, raw, decoded, mapped
    "/m1/, http://h/x/, /m1/a, /m1/a, /x/a",
    "/m2, http://h/y, /m2/, /m2/, /y/",
    "/m2, http://h/y, /m2, /m2, /y",
    "/m1/, http://h/x, /m1/a, /m1/a, /xa",
    "/m1/, http://h, /m1/a, /m1/a, /a",
    "/, http://h/, /a/b, /a/b, /a/b",
    "/, http://h, /, /, /",
    "/a/b, http://h/z, /a//b/c, /a/b/c, /z/c",
    "/a/, http://h/, /a/x/../y, /a/y, /y",
    "/a/, http://h/, /a/./y/., /a/y/, /y/",
    "/a/, http://h/, /a/file%25, /a/file%, /file%25",
    "/a/, http://h/, /a/b%20c, '/a/b c', /b%20c",
    "/a/, http://h/, /a/%62%2e%7e, /a/b.~, /b.~",
    "/a/, http://h/, /a/x%3Fy%23z, /a/x?y#z, /x%3Fy%23z",
    "/a/, http://h/, /a/x%3by, /a/x;y, /x%3By",
    "/a/, http://h/, /%61/x, /a/x, /x",
    "/ä/, http://h/, /%C3%A4/%c3%b6, /ä/ö, /%C3%B6",
    "/a/, http://h/, /a/x, /a/changed by hook, /changed%20by%20hook",
    "/a/, http://h/, '/a/{x}', '/a/{x}', /%7Bx%7D",
  })
  void prefixIsReplaced(String route, String target, String raw, String decoded, String mapped)
      throws HandlerException {
    assertEquals(mapped, map(route, target, raw, decoded, TestFront.defaults()));
  }

  @Test
  void capturesAreEncodedAndWithoutReferenceTheWholePathIsAppended() throws HandlerException {
    MapOptions options = TestFront.defaults();
    assertEquals(
        "/h/a%20b%3F",
        map("/m5/", "http://h/h/$1", "/m5/a%20b%3f", "/m5/a b?", options, "/m5/a b?", "a b?"));
    assertEquals(
        "/g/m4/a.gif",
        map("/m4/", "http://h/g", "/m4/a.gif", "/m4/a.gif", options, "/m4/a.gif", "a"));
  }

  @ParameterizedTest
  @CsvSource({"/a/x/../y%2e, /x/../y%2e", "/a//z, //z", "/%61/x, /x"})
  void nocanonPassesWhatTheClientWrote(String raw, String mapped) throws HandlerException {
    MapOptions options = TestFront.defaults("nocanon", "on");
    String decoded = raw.equals("/%61/x") ? "/a/x" : "/a/y.";
    assertEquals(mapped, map("/a", "http://h", raw, decoded, options));
  }

  @Test
  void encodedNeedsTheRoutesPathAsWritten() throws HandlerException {
    MapOptions options = TestFront.defaults("mapping", "encoded");
    assertEquals("/x%2e", map("/a/", "http://h/", "/a/x%2e", "/a/x.", options));
    HandlerException e =
        assertThrows(
            HandlerException.class, () -> map("/a/", "http://h/", "/%61/x", "/a/x", options));
    assertEquals(404, e.status());
  }

  @ParameterizedTest
  @CsvSource({
    "/app/, /app/x;jsessionid=1, /s/x;jsessionid=1",
    "/app, /app;v=1/x;y=2, /s;v=1/x;y=2",
    "/app/, /app;v=1/x, /s/x",
    "/app/, /app/a/..;p/b, /s/b",
    "/app/, /app//a/./b, /s/a/b",
    "/app, /app, /s",
  })
  void servletKeepsParameters(String route, String raw, String mapped) throws HandlerException {
    MapOptions options = TestFront.defaults("mapping", "servlet");
    String target = route.endsWith("/") ? "http://h/s/" : "http://h/s";
    assertEquals(mapped, map(route, target, raw, "/app/whatever", options));
  }

  /** What the container reads as another path than the route's is not the route's. */
  @ParameterizedTest
  @CsvSource({"/app/..;/x", "/app;a/..;b/x", "/app/%2e%2e;/x", "/app/../..;/x", "/app/a/../../x"})
  void servletDoesNotLeaveTheRoute(String raw) {
    MapOptions options = TestFront.defaults("mapping", "servlet");
    HandlerException e =
        assertThrows(
            HandlerException.class, () -> map("/app/", "http://h/s/", raw, "/app/y", options));
    assertEquals(404, e.status());
  }

  @ParameterizedTest
  @CsvSource({
    "http://h:8080/x?y",
    "http:///x",
    "http://h:99999/",
    "http://h$1/x",
    "unix:run/a.sock|ftp://h/",
    "balancer://"
  })
  void badTargetsAreRefused(String target) {
    assertThrows(IllegalArgumentException.class, () -> BackendTarget.of(Target.parse(target)));
  }

  @ParameterizedTest
  @CsvSource({
    "http://Example:80/, http://example:80, Example, /",
    "http://[::1]:8080, http://[::1]:8080, [::1]:8080, ''",
    "unix:run/a.sock, unix:run/a.sock, localhost, ''",
    "unix:///run/a.sock|http://app/x, unix:/run/a.sock, app, /x",
    "unix:run/a.sock|http:, unix:run/a.sock, localhost, ''",
  })
  void targetsAreTakenApart(String target, String address, String host, String path) {
    BackendTarget parsed = BackendTarget.of(Target.parse(target));
    assertEquals(address, parsed.address().toString());
    assertEquals(host, parsed.host());
    assertEquals(path, parsed.path());
  }
}
