package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sluice.itests.HttpdDialogs.Dialog;
import org.sluice.testing.Await;
import org.sluice.testing.RawHttpClient;

/**
 * The same dialogs of many kinds with Apache httpd and with the front, in the same format: each
 * column of each line is equal, or {@link HttpdDifferences} states why not.
 */
class HttpdDialogsIT {
  /** Name and directive of what is compared; separated by bars, which no value holds. */
  private static final String[][] COLUMNS = {
    {"h", "%h"},
    {"a", "%a"},
    {"peer", "%{c}a"},
    {"A", "%A"},
    {"l", "%l"},
    {"u", "%u"},
    {"r", "%r"},
    {"s", "%s"},
    {"last s", "%>s"},
    {"first s", "%<s"},
    {"b", "%200,206b"},
    {"B", "%200,206B"},
    {"m", "%m"},
    {"U", "%U"},
    {"last U", "%>U"},
    {"q", "%q"},
    {"H", "%H"},
    {"k", "%k"},
    {"X", "%X"},
    {"f", "%f"},
    {"R", "%R"},
    {"last R", "%>R"},
    {"p", "%p"},
    {"v", "%v"},
    {"V", "%V"},
    {"Referer", "%{Referer}i"},
    {"User-Agent", "%{User-Agent}i"},
    {"X-A", "%{X-A}i"},
    {"Host", "%{Host}i"},
    {"type asked", "%{Content-Type}i"},
    {"cookie", "%{ck}C"},
    {"type", "%200,206{Content-Type}o"},
    {"length", "%200,206,304{Content-Length}o"},
    {"range", "%{Content-Range}o"},
    {"location", "%{Location}o"},
    {"X-Out", "%{X-Out}o"},
    {"set", "%{Set-Cookie}o"},
    {"env", "%{NOPE}e"},
    {"note", "%{nope}n"},
    {"trailer", "%{X-T}^ti"},
    {"if 404", "%404,400m"},
    {"if not 404", "%!404,400m"},
    {"literal", "%%\\t%{Nope}i"},
  };

  /** Index of the final status. */
  private static final int STATUS = 7;

  /** Compared by what they mean, not by their bytes. */
  private static final String OTHERS =
      "%I %O %S %D %T %{s}T %{ms}T %{us}T %{sec}t %{msec}t %{usec}t %{end:sec}t %{begin:msec}t"
          + " %{msec_frac}t %{usec_frac}t %t %{end}t %{%d/%b/%Y %T}t.%{msec_frac}t %{%z}t"
          + " %{end:%Y-%m-%dT%H:%M:%S}t";

  static String format() {
    StringBuilder format = new StringBuilder();
    for (String[] column : COLUMNS) {
      format.append(column[1]).append('|');
    }
    return format.append(OTHERS).toString();
  }

  private static final class Said {
    final List<List<String>> lines = new ArrayList<>();
    final List<Integer> received = new ArrayList<>();
  }

  private static int talk(Dialog dialog, int port) throws IOException {
    try (RawHttpClient client = RawHttpClient.connect(port).limit(Duration.ofSeconds(20))) {
      client.send(dialog.bytes());
      switch (dialog.then()) {
        case RESET -> {
          int count = client.read(2000).length;
          client.reset();
          return count;
        }
        case CONTINUE -> {
          int interim = client.readHead().length();
          client.send(dialog.late());
          return interim + client.readToEnd().length;
        }
        default -> {
          return client.readToEnd().length;
        }
      }
    } catch (IOException e) {
      throw new IOException(dialog.name() + ": " + e.getMessage(), e);
    }
  }

  private static Said say(Path log, int port) throws IOException {
    Said said = new Said();
    long at = Files.exists(log) ? Files.size(log) : 0;
    for (Dialog dialog : HttpdDialogs.all()) {
      said.received.add(talk(dialog, port));
      long from = at;
      byte[] bytes =
          Await.value(
              Duration.ofSeconds(20),
              () -> rest(log, from),
              found -> count(found) >= dialog.lines(),
              dialog.lines() + " lines for " + dialog.name() + " in " + log);
      at += bytes.length;
      said.lines.add(new String(bytes, StandardCharsets.UTF_8).lines().toList());
    }
    return said;
  }

  private static byte[] rest(Path log, long from) throws IOException {
    if (!Files.exists(log)) {
      return new byte[0];
    }
    byte[] all = Files.readAllBytes(log);
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    rest.write(all, (int) from, all.length - (int) from);
    return rest.toByteArray();
  }

  private static long count(byte[] text) {
    return new String(text, StandardCharsets.ISO_8859_1).chars().filter(c -> c == '\n').count();
  }

  private static void script(Base base, String name, String... lines) throws IOException {
    List<String> all = new ArrayList<>(List.of("#!/bin/sh"));
    all.addAll(List.of(lines));
    base.file("httpd/cgi-bin/" + name, all.toArray(String[]::new));
    Files.setPosixFilePermissions(
        base.path("httpd/cgi-bin/" + name), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void content(Base base) throws IOException {
    base.bytes("httpd/htdocs/f.txt", "hello".getBytes(StandardCharsets.UTF_8))
        .bytes("httpd/htdocs/empty.txt", new byte[0])
        .bytes("httpd/htdocs/large.bin", new byte[20_000_000])
        .file("httpd/htdocs/d/index.html", "<p>index")
        .file("httpd/htdocs/auth/f.txt", "secret")
        .file("httpd/htdocs/404.html", "not here")
        .file("httpd/htdocs/ssi/part.txt", "part")
        .file("httpd/htdocs/ssi/page.shtml", "a<!--#include virtual=\"part.txt\" -->b")
        .file("httpd/htdocs/ssi/broken.shtml", "a<!--#include virtual=\"none.txt\" -->b")
        .file("httpd/users", "ann:{SHA}0nofEXcSAJSXFLGvmfBIpBb11vQ=");
    script(
        base,
        "ok",
        "cat >/dev/null",
        "printf 'Content-Type: text/plain\\nX-Out: \"a\\\\b\"\\n"
            + "Set-Cookie: a=1\\nSet-Cookie: b=2\\n\\nfine'");
    script(base, "teapot", "printf 'Status: 418 Teapot\\nContent-Type: text/plain\\n\\nshort'");
    script(base, "away", "printf 'Location: http://o.example/x\\n\\n'");
    script(base, "local", "printf 'Location: /f.txt\\n\\n'");
    script(base, "gone", "printf 'Status: 410 Gone\\nContent-Type: text/plain\\n\\n'");
    script(base, "silent", "exit 0");
    script(base, "fails", "echo oh >&2", "printf 'nonsense\\n\\nx'");
    script(base, "found", "printf 'Status: 200 OK\\nContent-Type: text/plain\\n\\nfound'");
    script(base, "endless", "printf 'Content-Type: text/plain\\n\\n'", "exec cat /dev/zero");
    try (Stream<Path> files = Files.walk(base.path("httpd/htdocs"))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
      }
    }
  }

  private static Said httpd(Base base) throws IOException {
    List<String> modules =
        List.of(
            "alias",
            "authn_core",
            "authn_file",
            "authz_user",
            "auth_basic",
            "include",
            "filter",
            "cgi",
            "reqtimeout");
    String log = "CustomLog a.log \"" + format().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    try (Httpd httpd =
        Httpd.start(
            base,
            modules,
            log.replace("\\\\t", "\\t"),
            "ScriptAlias /cgi-bin/ cgi-bin/",
            "RequestReadTimeout header=1 body=1",
            "AddOutputFilter INCLUDES .shtml",
            "<Location /ssi>\nOptions +Includes\n</Location>",
            "<Location /auth>\nAuthType Basic\nAuthName x\nAuthUserFile users\n"
                + "Require valid-user\n</Location>",
            "<Location /page>\nErrorDocument 404 /404.html\n</Location>",
            "<Location /err>\nErrorDocument 404 /cgi-bin/found\n</Location>")) {
      return say(base.path("httpd/a.log"), httpd.port());
    }
  }

  private static Base base() throws IOException {
    return Base.make("httpd-dialogs")
        .site(
            "localhost",
            "listen=127.0.0.1:0",
            "root=httpd/htdocs",
            "timeout.header=1s",
            "timeout.body=1s")
        .route("files", "target=file:")
        .route("cgi", "path=/cgi-bin/", "target=cgi:httpd/cgi-bin")
        .route("ssi", "path=/ssi/", "ssi=on")
        .route("auth", "path=/auth", "auth.file=httpd/users", "auth.realm=x")
        .route("page", "path=/page", "error.404=/404.html")
        .route("err", "path=/err", "error.404=/cgi-bin/found")
        .file(
            "etc/org.sluice.accesslog~main.cfg",
            "file=log/a.log",
            "flush=5ms",
            "format=" + format());
  }

  @Test
  void theSameLines() throws Exception {
    Httpd.needed("cgi", "include", "auth_basic", "reqtimeout");
    assertTrue(HttpdDialogs.requests() >= 300, HttpdDialogs.requests() + " requests");
    Base base = base();
    content(base);
    Said ours;
    try (Front front = Front.start(base)) {
      ours = say(base.path("log/a.log"), front.port());
    }
    Said theirs = httpd(base);
    List<String> problems = new ArrayList<>();
    HttpdDifferences stated = new HttpdDifferences();
    List<Dialog> dialogs = HttpdDialogs.all();
    for (int i = 0; i < dialogs.size(); i++) {
      Dialog dialog = dialogs.get(i);
      compare(dialog.name(), theirs.lines.get(i), ours.lines.get(i), stated, problems);
      boolean twice = stated.allows(dialog.name(), "%I", "more than was sent", "");
      meaning(dialog, "httpd", theirs.lines.get(i), theirs.received.get(i), twice, problems);
      meaning(dialog, "sluice", ours.lines.get(i), ours.received.get(i), false, problems);
    }
    problems.addAll(stated.unused());
    Files.write(Path.of("target", "httpd-differences.txt"), problems);
    assertEquals("", String.join("\n", problems));
  }

  private static void compare(
      String dialog,
      List<String> theirs,
      List<String> ours,
      HttpdDifferences stated,
      List<String> problems) {
    if (theirs.size() != ours.size()) {
      problems.add(dialog + ": " + theirs.size() + " and " + ours.size() + " lines");
      return;
    }
    for (int i = 0; i < ours.size(); i++) {
      String[] there = theirs.get(i).split("\\|", -1);
      String[] here = ours.get(i).split("\\|", -1);
      boolean sameAnswer = there[STATUS].equals(here[STATUS]);
      for (int c = 0; c < COLUMNS.length; c++) {
        String name = COLUMNS[c][0];
        boolean compared = sameAnswer || !HttpdDifferences.OF_ANSWERS.contains(name);
        if (compared
            && !there[c].equals(here[c])
            && !stated.allows(dialog, name, there[c], here[c])) {
          problems.add(
              dialog
                  + " line "
                  + (i + 1)
                  + " "
                  + name
                  + ": httpd "
                  + there[c]
                  + " sluice "
                  + here[c]);
        }
      }
    }
  }

  /** Bytes are those of the wire, and all forms of a time tell the same moment. */
  private static void meaning(
      Dialog dialog,
      String who,
      List<String> lines,
      int received,
      boolean readTwice,
      List<String> problems) {
    long in = 0;
    long out = 0;
    for (String line : lines) {
      String others = line.substring(line.lastIndexOf('|') + 1);
      String[] words = others.split(" ");
      in += Long.parseLong(words[0]);
      out += Long.parseLong(words[1]);
      long both = Long.parseLong(words[2]);
      if (both != Long.parseLong(words[0]) + Long.parseLong(words[1])) {
        problems.add(dialog.name() + ": %S of " + who + ": " + others);
      }
      String wrong = LoggedTimes.problem(words);
      if (wrong != null) {
        problems.add(dialog.name() + ": times of " + who + ": " + wrong + ": " + others);
      }
    }
    boolean whole = dialog.then() != HttpdDialogs.Then.RESET;
    if (whole ? out != received : out < received) {
      problems.add(dialog.name() + ": %O of " + who + " " + out + ", received " + received);
    }
    if (in > dialog.sent() && !readTwice) {
      problems.add(dialog.name() + ": %I of " + who + " " + in + ", sent " + dialog.sent());
    }
  }
}
