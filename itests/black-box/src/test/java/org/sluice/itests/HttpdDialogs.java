package org.sluice.itests;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What clients say to httpd and to the front: more than 300 requests of many kinds. */
final class HttpdDialogs {
  /** What the client does after it has sent its bytes. */
  enum Then {
    /** Reads to the end. */
    READ,
    /** Reads a little of a large answer, then resets. */
    RESET,
    /** Says nothing more, and waits until the server has enough. */
    WAIT,
    /** Sends {@link Dialog#late} after the interim answer. */
    CONTINUE
  }

  /**
   * One connection.
   *
   * @param name for stated differences
   * @param lines how many lines it leaves
   */
  record Dialog(String name, String bytes, String late, Then then, int lines) {
    int sent() {
      return bytes.length() + (late == null ? 0 : late.length());
    }
  }

  private static final String HOST = "Host: localhost\r\n";
  private static final String CLOSE = "Connection: close\r\n";

  /** Of user {@code ann}, whose password is {@code right}. */
  private static final String RIGHT = "Authorization: Basic YW5uOnJpZ2h0\r\n";

  private static final String WRONG = "Authorization: Basic YW5uOndyb25n\r\n";
  private static final String NOBODY = "Authorization: Basic bm9ib2R5Ong=\r\n";

  private final List<Dialog> all = new ArrayList<>();

  static List<Dialog> all() {
    HttpdDialogs dialogs = new HttpdDialogs();
    dialogs.methods();
    dialogs.users();
    dialogs.conditions();
    dialogs.fields();
    dialogs.connections();
    dialogs.versions();
    dialogs.refusals();
    dialogs.expectations();
    dialogs.aborts();
    return dialogs.all;
  }

  static int requests() {
    return all().stream().mapToInt(Dialog::lines).sum();
  }

  private void add(String name, String bytes, int lines) {
    all.add(new Dialog(name, bytes, null, Then.READ, lines));
  }

  private static String request(String method, String target, String... fields) {
    return method + " " + target + " HTTP/1.1\r\n" + HOST + String.join("", fields);
  }

  private void one(String name, String method, String target, String... fields) {
    add(name, request(method, target, fields) + CLOSE + "\r\n", 1);
  }

  /** Every method on every kind of target. */
  private void methods() {
    String[] targets = {
      "/f.txt",
      "/empty.txt",
      "/missing",
      "/d/",
      "/d",
      "/ssi/page.shtml",
      "/ssi/broken.shtml",
      "/cgi-bin/ok",
      "/cgi-bin/teapot",
      "/cgi-bin/away",
      "/cgi-bin/local",
      "/cgi-bin/silent",
      "/cgi-bin/fails",
      "/cgi-bin/none",
      "/page/missing",
      "/err/missing",
      "/cgi-bin/gone",
      "/cgi-bin/ok/path",
    };
    String[] methods = {
      "GET", "HEAD", "POST", "CHUNKED", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"
    };
    for (String target : targets) {
      for (String method : methods) {
        String name = method.toLowerCase(Locale.ROOT) + " " + target;
        switch (method) {
          case "POST", "PUT", "PATCH" ->
              add(
                  name,
                  request(method, target + "?a=1", CLOSE, "Content-Length: 5\r\n\r\nhello"),
                  1);
          case "CHUNKED" ->
              add(
                  name,
                  request(
                      "POST",
                      target,
                      CLOSE,
                      "Transfer-Encoding: chunked\r\nX-A: body\r\n\r\n"
                          + "5\r\nhello\r\n3;x=y\r\n yo\r\n0\r\nX-T: end\r\n\r\n"),
                  1);
          default -> one(name, method, target + "?q=%22x", "User-Agent: m/1\r\n");
        }
      }
    }
    one("trace", "TRACE", "/f.txt");
    one("trace missing", "TRACE", "/missing");
    add("options *", request("OPTIONS", "*", CLOSE) + "\r\n", 1);
  }

  private void users() {
    for (String method : new String[] {"GET", "HEAD", "POST", "BREW"}) {
      String length = method.equals("POST") ? "Content-Length: 0\r\n" : "";
      one("auth none " + method, method, "/auth/f.txt", length);
      one("auth right " + method, method, "/auth/f.txt", RIGHT, length);
      one("auth wrong " + method, method, "/auth/f.txt", WRONG, length);
      one("auth nobody " + method, method, "/auth/f.txt", NOBODY, length);
      one("auth missing " + method, method, "/auth/none", RIGHT, length);
    }
    one("auth bearer", "GET", "/auth/f.txt", "Authorization: Bearer x\r\n");
    one("auth broken", "GET", "/auth/f.txt", "Authorization: Basic ###\r\n");
    one("auth unasked", "GET", "/f.txt", RIGHT);
    one("auth dir", "GET", "/auth", RIGHT);
  }

  private void conditions() {
    String[] fields = {
      "Range: bytes=1-2",
      "Range: bytes=0-0",
      "Range: bytes=-2",
      "Range: bytes=3-",
      "Range: bytes=9-",
      "Range: bytes=5-4",
      "Range: lines=1-2",
      "Range: bytes=0-0,2-2",
      "If-None-Match: *",
      "If-None-Match: \"x\"",
      "If-Match: *",
      "If-Match: \"x\"",
      "If-Modified-Since: Fri, 02 Jan 2026 00:00:00 GMT",
      "If-Modified-Since: Sat, 02 Jan 2021 00:00:00 GMT",
      "If-Modified-Since: never",
      "If-Unmodified-Since: Sat, 02 Jan 2021 00:00:00 GMT",
      "If-Unmodified-Since: Fri, 02 Jan 2026 00:00:00 GMT",
      "Range: bytes=1-2\r\nIf-Range: \"x\"",
      "Range: bytes=1-2\r\nIf-Unmodified-Since: Sat, 02 Jan 2021 00:00:00 GMT",
    };
    for (String field : fields) {
      String name = field.replace("\r\n", " ");
      one("get " + name, "GET", "/f.txt", field, "\r\n");
      if (!field.startsWith("Range")) {
        // RFC 9110 section 14.2: a range is for GET only; httpd answers 206 to HEAD, too.
        one("head " + name, "HEAD", "/f.txt", field, "\r\n");
      }
    }
    one("ranges of nothing", "GET", "/empty.txt", "Range: bytes=0-1\r\n");
    one("range of a page", "GET", "/ssi/page.shtml", "Range: bytes=0-1\r\n");
    one("range of what is missing", "GET", "/missing", "Range: bytes=0-1\r\n");
  }

  /** Escapes, in the request line and in fields. */
  private void fields() {
    String[] targets = {
      "/f.txt?",
      "/f.txt?a=1&b=%22%0a",
      "/%66.txt",
      "//f.txt",
      "/./f.txt",
      "/d/../f.txt",
      "/m%c3%a9",
      "/\"quoted\"",
      "/back\\slash",
      "/f.txt?\\x\"y",
      "/f.txt/more",
      "/tab%09",
      "http://localhost/f.txt",
      "http://u:secret@localhost/f.txt",
      "http://other.example/f.txt?x",
      "/f.txt;v=1",
      "/%2566.txt",
      "/d/%2e%2e/f.txt",
    };
    for (String target : targets) {
      one("target " + target, "GET", target);
    }
    String[] fields = {
      "User-Agent: \"quoted\\back\"\r\nReferer: http://o.example/?a=b\r\n",
      "X-A: one\r\nX-A: two\r\n",
      "X-A: tab\there\r\n",
      "X-A: \u00c3\u00a9 \u00ff \u0080\r\n",
      "X-A:\r\nUser-Agent:\r\n",
      "X-A: '<b>' %h %{x}i\r\n",
      "Cookie: CK = \"v 1\" ; ck=z; other=1\r\n",
      "Cookie: ck=\r\n",
      "Cookie: a=1\r\nCookie: ck=2\r\n",
      "Cookie: xck=1; ck\r\n",
      "cookie: CK=a=b\r\n",
    };
    for (String field : fields) {
      one("field " + field.strip(), "GET", "/f.txt", field);
    }
  }

  private void connections() {
    String get = request("GET", "/f.txt") + "\r\n";
    String last = request("GET", "/f.txt", CLOSE) + "\r\n";
    add("pipeline of 4", get + get + get + last, 4);
    add(
        "pipeline of kinds",
        get
            + request("HEAD", "/missing")
            + "\r\n"
            + request("POST", "/cgi-bin/ok", "Content-Length: 3\r\n\r\nabc")
            + request(
                "POST", "/cgi-bin/ok", "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n")
            + request("GET", "/ssi/page.shtml")
            + "\r\n"
            + request("GET", "/d")
            + "\r\n"
            + last,
        7);
    add(
        "keep-alive of 1.0",
        "GET /f.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + "GET /f.txt HTTP/1.0\r\n\r\n",
        2);
    add("close ends a pipeline", last + get, 1);
    add("refused in a pipeline", get + "BAD\u0001LINE\r\n\r\n", 2);
    add(
        "redirects in a pipeline",
        request("GET", "/cgi-bin/local") + "\r\n" + request("GET", "/cgi-bin/away") + "\r\n" + last,
        3);
  }

  private void versions() {
    add("1.0", "GET /f.txt HTTP/1.0\r\n\r\n", 1);
    add("1.0 with Host", "GET /f.txt HTTP/1.0\r\nHost: other.example:81\r\n\r\n", 1);
    add("1.0 head", "HEAD /missing HTTP/1.0\r\n\r\n", 1);
    add("1.0 post", "POST /cgi-bin/ok HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi", 1);
    add("1.0 page", "GET /ssi/page.shtml HTTP/1.0\r\n\r\n", 1);
    add("1.1 without Host", "GET /f.txt HTTP/1.1\r\nConnection: close\r\n\r\n", 1);
    add(
        "1.1 other Host",
        "GET /f.txt HTTP/1.1\r\nHost: Other.Example:8080\r\nConnection: close\r\n\r\n",
        1);
    add("1.2", "GET /f.txt HTTP/1.2\r\nHost: a\r\nConnection: close\r\n\r\n", 1);
  }

  private void refusals() {
    add("no request", "BAD\u0001LINE\r\n\r\n", 1);
    add("blank field name", "GET /f.txt HTTP/1.1\r\nHost: a\r\nX A: b\r\n\r\n", 1);
    add("no colon", "GET /f.txt HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n", 1);
    add(
        "two lengths",
        "POST /f.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        1);
    add("bad length", "POST /f.txt HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 1);
    add(
        "unknown coding",
        "POST /cgi-bin/ok HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: rot13\r\n\r\n",
        1);
    add(
        "bad chunk",
        "POST /cgi-bin/ok HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            + "Transfer-Encoding: chunked\r\n\r\nnope\r\n",
        1);
    add("414", "GET /" + "a".repeat(9000) + " HTTP/1.1\r\nHost: a\r\n\r\n", 1);
    add(
        "large field",
        "GET /f.txt HTTP/1.1\r\nHost: a\r\nX-B: " + "b".repeat(9000) + "\r\n\r\n",
        1);
    add("many fields", "GET /f.txt HTTP/1.1\r\nHost: a\r\n" + "X-B: b\r\n".repeat(150) + "\r\n", 1);
    one("bad escape", "GET", "/%zz");
    one("NUL escape", "GET", "/a%00b");
    one("slash escape", "GET", "/d%2ff.txt");
    one("out of the root", "GET", "/../../etc/passwd");
    all.add(new Dialog("408 in the line", "GET /f.t", null, Then.WAIT, 1));
    all.add(
        new Dialog(
            "408 in the fields", "GET /f.txt HTTP/1.1\r\nHost: a\r\nX-", null, Then.WAIT, 1));
    all.add(
        new Dialog(
            "body that stops",
            request("POST", "/cgi-bin/ok", "Content-Length: 9\r\n\r\nabc"),
            null,
            Then.WAIT,
            1));
  }

  private void expectations() {
    String head =
        request("POST", "/cgi-bin/ok", CLOSE, "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    all.add(new Dialog("expect", head, "hello", Then.CONTINUE, 1));
    add("expect at once", head + "hello", 1);
    add("expect of a file", head.replace("/cgi-bin/ok", "/missing") + "hello", 1);
    add("unknown expectation", head.replace("100-continue", "tea") + "hello", 1);
    add(
        "expect without a body",
        request("GET", "/f.txt", CLOSE, "Expect: 100-continue\r\n\r\n"),
        1);
  }

  private void aborts() {
    all.add(
        new Dialog("reset in a file", request("GET", "/large.bin") + "\r\n", null, Then.RESET, 1));
    all.add(
        new Dialog(
            "reset in a program",
            request("GET", "/cgi-bin/endless") + "\r\n",
            null,
            Then.RESET,
            1));
    all.add(
        new Dialog(
            "reset in a keep-alive file",
            request("GET", "/f.txt") + "\r\n" + request("GET", "/large.bin") + "\r\n",
            null,
            Then.RESET,
            2));
  }
}
