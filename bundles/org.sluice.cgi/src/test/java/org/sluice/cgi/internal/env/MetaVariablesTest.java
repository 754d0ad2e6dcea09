package org.sluice.cgi.internal.env;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.HandlerException;
import org.sluice.cgi.internal.CgiView;
import org.sluice.testing.MapOptions;
import org.sluice.testing.MemoryExchange;
import org.sluice.testing.MemoryExchangeBuilder;

/** The environment of programs, name by name (T7). */
class MetaVariablesTest {
  private static MapOptions options(String... set) {
    return org.sluice.cgi.internal.TestOptions.of(set);
  }

  private static MemoryExchangeBuilder request(String target) {
    return MemoryExchange.get(target)
        .client("192.0.2.7", 4711)
        .route("/cgi-bin/", "cgi:/srv/cgi", options());
  }

  private static ScriptFile script(String name, String info) {
    return new ScriptFile(
        java.nio.file.Path.of("/srv/cgi/x.sh"),
        null,
        name,
        info,
        "/cgi-bin/",
        java.nio.file.Path.of("/srv/cgi"));
  }

  private static Map<String, String> of(
      MemoryExchange exchange, MapOptions options, String info, long length) {
    return new TreeMap<>(
        MetaVariables.of(exchange, new CgiView(options), script("/cgi-bin/x.sh", info), length)
            .map());
  }

  @Test
  void everyVariableOfAPlainRequest() {
    MemoryExchange exchange =
        request("/cgi-bin/x.sh/p%20q?a=b").header("X-A", "1").header("User-Agent", "t").build();
    Map<String, String> expected = new TreeMap<>();
    String root = exchange.site().root().toString();
    expected.put("CONTEXT_DOCUMENT_ROOT", "/srv/cgi");
    expected.put("CONTEXT_PREFIX", "/cgi-bin/");
    expected.put("DOCUMENT_ROOT", root);
    expected.put("GATEWAY_INTERFACE", "CGI/1.1");
    expected.put("HTTP_HOST", "localhost");
    expected.put("HTTP_USER_AGENT", "t");
    expected.put("HTTP_X_A", "1");
    expected.put("PATH", "/usr/local/bin:/usr/bin:/bin");
    expected.put("PATH_INFO", "/p q");
    expected.put("PATH_TRANSLATED", root + "/p q");
    expected.put("QUERY_STRING", "a=b");
    expected.put("REMOTE_ADDR", "192.0.2.7");
    expected.put("REMOTE_PORT", "4711");
    expected.put("REQUEST_METHOD", "GET");
    expected.put("REQUEST_SCHEME", "http");
    expected.put("REQUEST_URI", "/cgi-bin/x.sh/p%20q?a=b");
    expected.put("SCRIPT_FILENAME", "/srv/cgi/x.sh");
    expected.put("SCRIPT_NAME", "/cgi-bin/x.sh");
    expected.put("SERVER_ADDR", "127.0.0.1");
    expected.put("SERVER_ADMIN", "[no address given]");
    expected.put("SERVER_NAME", "localhost");
    expected.put("SERVER_PORT", "8080");
    expected.put("SERVER_PROTOCOL", "HTTP/1.1");
    expected.put("SERVER_SIGNATURE", "");
    expected.put("SERVER_SOFTWARE", "Sluice");
    if (System.getenv("TZ") != null) {
      expected.put("TZ", System.getenv("TZ"));
    }
    assertEquals(expected, of(exchange, options(), "/p q", -1));
  }

  @Test
  void whatIsUnsetOrEmpty() {
    Map<String, String> all = of(request("/cgi-bin/x.sh").build(), options(), "", -1);
    assertEquals("", all.get("QUERY_STRING"));
    for (String name :
        new String[] {
          "PATH_INFO",
          "PATH_TRANSLATED",
          "CONTENT_LENGTH",
          "CONTENT_TYPE",
          "AUTH_TYPE",
          "REMOTE_USER",
          "REMOTE_HOST",
          "REMOTE_IDENT",
          "HTTPS",
          "HOME",
          "USER",
          "SHELL",
          "LANG",
          "LD_LIBRARY_PATH"
        }) {
      assertNull(all.get(name), name);
    }
  }

  @Test
  void bodyUserAndSecondHop() {
    MemoryExchange exchange =
        request("/cgi-bin/x.sh")
            .header("Content-Type", "a/b")
            .header("Content-Length", "3")
            .build();
    exchange.attribute(Attributes.USER, "m\u00fcller");
    exchange.attribute(Attributes.AUTH_TYPE, "Basic");
    Map<String, String> all = of(exchange, options(), "", 3);
    assertEquals("3", all.get("CONTENT_LENGTH"));
    assertEquals("a/b", all.get("CONTENT_TYPE"));
    assertNull(all.get("HTTP_CONTENT_TYPE"));
    assertNull(all.get("HTTP_CONTENT_LENGTH"));
    assertEquals("Basic", all.get("AUTH_TYPE"));
    assertEquals("m\u00c3\u00bcller", all.get("REMOTE_USER"), "UTF-8, one byte per character");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        "X-A; HTTP_X_A; v",
        "x-a9; HTTP_X_A9; v",
        "Proxy; HTTP_PROXY; ",
        "pRoXy; HTTP_PROXY; ",
        "X_A; HTTP_X_A; ",
        "X.A; HTTP_X_A; ",
        "Authorization; HTTP_AUTHORIZATION; ",
        "Proxy-Authorization; HTTP_PROXY_AUTHORIZATION; ",
        "Transfer-Encoding; HTTP_TRANSFER_ENCODING; ",
        "Connection; HTTP_CONNECTION; ",
        "TE; HTTP_TE; ",
        "Upgrade; HTTP_UPGRADE; ",
        "Expect; HTTP_EXPECT; ",
        "Keep-Alive; HTTP_KEEP_ALIVE; ",
        "Accept; HTTP_ACCEPT; v",
      })
  void fieldsOfTheClient(String field, String name, String value) {
    MemoryExchange exchange = request("/cgi-bin/x.sh").header(field, "v").build();
    assertEquals(value, of(exchange, options(), "", -1).get(name));
  }

  @Test
  void fieldsOnDemandAndJoined() {
    MemoryExchange exchange =
        request("/cgi-bin/x.sh")
            .header("Authorization", "Basic x")
            .header("Connection", "close")
            .header("X-D", "a")
            .header("x-d", "b")
            .header("Cookie", "a=1")
            .header("Cookie", "b=2")
            .header("X-Byte", "\u00e9")
            .build();
    Map<String, String> all =
        of(
            exchange,
            options("cgi.pass-authorization", "on", "cgi.pass-headers", "Connection"),
            "",
            -1);
    assertEquals("Basic x", all.get("HTTP_AUTHORIZATION"));
    assertEquals("close", all.get("HTTP_CONNECTION"));
    assertEquals("a, b", all.get("HTTP_X_D"));
    assertEquals("a=1; b=2", all.get("HTTP_COOKIE"));
    assertEquals("\u00e9", all.get("HTTP_X_BYTE"));
  }

  @Test
  void configuredVariablesNeverOverrideTheServers() {
    Map<String, String> all =
        of(
            request("/cgi-bin/x.sh").build(),
            options(
                "cgi.set-env.REMOTE_ADDR",
                "1.1.1.1",
                "cgi.set-env.MY-VAR",
                "x",
                "cgi.set-env.PATH",
                "/p",
                "cgi.set-env.9X",
                "n",
                "cgi.pass-env",
                "HOME,NOT_THERE"),
            "",
            -1);
    assertEquals("192.0.2.7", all.get("REMOTE_ADDR"));
    assertEquals("x", all.get("MY_VAR"));
    assertEquals("/p", all.get("PATH"));
    assertEquals("n", all.get("_X"));
    assertEquals(System.getenv("HOME"), all.get("HOME"));
    assertNull(all.get("NOT_THERE"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "a.example,a.example,8080",
    "a.example:99,a.example,99",
    "[::1]:7,[::1],7",
    "a:x,a,8080",
    "<b>&,&lt;b&gt;&amp;,8080"
  })
  void nameOfTheServer(String host, String name, String port) {
    MemoryExchange exchange =
        request("/cgi-bin/x.sh").headers(org.sluice.api.http.Headers.of("Host", host)).build();
    Map<String, String> all = of(exchange, options(), "", -1);
    assertEquals(name, all.get("SERVER_NAME"));
    assertEquals(port, all.get("SERVER_PORT"));
  }

  @Test
  void includedInAPage() {
    MemoryExchange page = MemoryExchange.get("/page.shtml?q").build();
    MemoryExchange exchange = request("/cgi-bin/x.sh/i?z").parent(page).build();
    exchange.attribute(
        Attributes.VARIABLES,
        Map.of(
            "mine",
            "1",
            "HTTP_PROXY",
            "evil",
            "LD_PRELOAD",
            "evil",
            "REMOTE_ADDR",
            "evil",
            "a-b",
            "2"));
    Map<String, String> all = of(exchange, options(), "/i", -1);
    assertEquals("INCLUDED", all.get("SERVER_PROTOCOL"));
    assertEquals("/cgi-bin/x.sh/i", all.get("SCRIPT_NAME"));
    assertEquals("/page.shtml?q", all.get("REQUEST_URI"));
    assertEquals("1", all.get("mine"));
    assertEquals("2", all.get("a_b"));
    assertEquals("192.0.2.7", all.get("REMOTE_ADDR"));
    assertNull(all.get("HTTP_PROXY"));
    assertNull(all.get("LD_PRELOAD"));
    assertEquals(
        "/cgi-bin/x.sh/i?z",
        of(exchange, options("cgi.request-uri", "current"), "/i", -1).get("REQUEST_URI"));
  }

  @Test
  void redirectedWithinTheFront() {
    MemoryExchange first = request("/cgi-bin/first.sh?one").build();
    Environment environment = new Environment();
    environment.set("QUERY_STRING", "one");
    environment.set("X", "y");
    first.attribute(MetaVariables.OF_PROGRAM, environment);
    first.attribute(Attributes.USER, "u");
    MemoryExchange exchange = request("/cgi-bin/x.sh?two").build();
    exchange.attribute(Attributes.REDIRECTED_FROM, first);
    Map<String, String> all = of(exchange, options(), "", -1);
    assertEquals("200", all.get("REDIRECT_STATUS"));
    assertEquals("/cgi-bin/first.sh", all.get("REDIRECT_URL"));
    assertEquals("one", all.get("REDIRECT_QUERY_STRING"));
    assertEquals("GET", all.get("REDIRECT_REQUEST_METHOD"));
    assertEquals("u", all.get("REDIRECT_REMOTE_USER"));
    assertEquals("y", all.get("REDIRECT_X"));
    assertEquals("/cgi-bin/first.sh?one", all.get("REQUEST_URI"));
    assertEquals("two", all.get("QUERY_STRING"));
    exchange.attribute(Attributes.ERROR_STATUS, 404);
    assertEquals("404", of(exchange, options(), "", -1).get("REDIRECT_STATUS"));
  }

  /** Program, then a file that is missing, then the error page: each step has its prefix. */
  @Test
  void redirectedAgainAndAgain() {
    MemoryExchange first = request("/cgi-bin/first.sh?one").build();
    Environment environment = new Environment();
    environment.set("SCRIPT_NAME", "/cgi-bin/first.sh");
    first.attribute(MetaVariables.OF_PROGRAM, environment);
    MapOptions configured = options("cgi.set-env.COLOUR", "red");
    MemoryExchange second =
        MemoryExchange.get("/missing?two").route("/", "file:/srv/www", configured).build();
    second.attribute(Attributes.REDIRECTED_FROM, first);
    second.fail(new HandlerException(404, "file-<missing>", "/srv/www/missing is not there"));
    MemoryExchange page = request("/cgi-bin/x.sh").build();
    page.attribute(Attributes.REDIRECTED_FROM, second);
    page.attribute(Attributes.ERROR_STATUS, 404);
    Map<String, String> redirects = of(page, options(), "", -1);
    redirects.keySet().removeIf(name -> !name.startsWith("REDIRECT_"));
    assertEquals(
        new TreeMap<>(
            Map.of(
                "REDIRECT_STATUS", "404",
                "REDIRECT_URL", "/missing",
                "REDIRECT_QUERY_STRING", "two",
                "REDIRECT_REQUEST_METHOD", "GET",
                "REDIRECT_ERROR_NOTES", "file-&lt;missing&gt;",
                "REDIRECT_COLOUR", "red",
                "REDIRECT_REDIRECT_STATUS", "200",
                "REDIRECT_REDIRECT_URL", "/cgi-bin/first.sh",
                "REDIRECT_REDIRECT_QUERY_STRING", "one",
                "REDIRECT_REDIRECT_REQUEST_METHOD", "GET")),
        withoutProgram(redirects));
    assertEquals("/cgi-bin/first.sh", redirects.get("REDIRECT_REDIRECT_SCRIPT_NAME"));
  }

  private static Map<String, String> withoutProgram(Map<String, String> redirects) {
    Map<String, String> rest = new TreeMap<>(redirects);
    rest.remove("REDIRECT_REDIRECT_SCRIPT_NAME");
    return rest;
  }
}
