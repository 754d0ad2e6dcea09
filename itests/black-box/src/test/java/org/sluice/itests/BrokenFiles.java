package org.sluice.itests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder of configurations that are wrong, each in its own way, and what must be said of them.
 */
final class BrokenFiles {
  private static final String GOOD_ROUTE = "target=status:200";

  /**
   * One wrong file.
   *
   * @param file name in {@code etc/}
   * @param content of the file
   * @param place what follows the file's name in the message: line, key and value
   * @param allowed what the message says is allowed
   */
  record Broken(String file, byte[] content, String place, String allowed) {
    String begin() {
      return "error etc/" + file + place;
    }
  }

  private final List<Broken> all = new ArrayList<>();
  private int number;

  private BrokenFiles() {}

  static List<Broken> all() {
    BrokenFiles files = new BrokenFiles();
    files.addLines();
    files.addNames();
    files.addSites();
    files.addRoutes();
    files.addTargets();
    files.addOptions();
    files.addSubstitutions();
    files.addCore();
    files.addLog();
    return files.all;
  }

  static Base write(Base base) throws IOException {
    for (Broken each : all()) {
      base.bytes("etc/" + each.file(), each.content());
    }
    return base;
  }

  private void file(String name, String content, String place, String allowed) {
    all.add(new Broken(name, content.getBytes(StandardCharsets.UTF_8), place, allowed));
  }

  /** A route of a path of its own whose third line is wrong. */
  private void route(String line, String allowed) {
    String name = "org.sluice.route~r" + ++number + ".cfg";
    file(name, "path=/r" + number + "/\n" + GOOD_ROUTE + "\n" + line + "\n", ":3 " + line, allowed);
  }

  /** A route whose target is wrong. */
  private void target(String target, String allowed) {
    String name = "org.sluice.route~t" + ++number + ".cfg";
    String line = "target=" + target;
    file(name, "path=/t" + number + "/\n" + line + "\n", ":2 target=", allowed);
  }

  /** A site on an address of its own whose second line is wrong. */
  private void site(String line, String allowed) {
    String name = "org.sluice.site~s" + ++number + ".cfg";
    String listen = "listen=127.0.1." + number + ":0\nhosts=s" + number + ".example\n";
    file(name, listen + line + "\n", ":3 " + line, allowed);
  }

  private void addLines() {
    file(
        "org.sluice.route~no-equals.cfg",
        "path=/no-equals\n" + GOOD_ROUTE + "\njust words\n",
        ":3",
        "key=value");
    file(
        "org.sluice.route~no-key.cfg",
        "path=/no-key\n" + GOOD_ROUTE + "\n=value\n",
        ":3",
        "key=value");
    file(
        "org.sluice.route~twice.cfg",
        "path=/twice\n" + GOOD_ROUTE + "\npath=/other\n",
        ":3 path=/other",
        "line 1");
    file(
        "org.sluice.route~control.cfg",
        "path=/control\ntarget=status:200\nstatus.text=a\u0007b\n",
        ":3",
        "control character");
    all.add(
        new Broken(
            "org.sluice.route~latin1.cfg",
            "path=/latin1\ntarget=status:200\nstatus.text=\u00e9\n"
                .getBytes(StandardCharsets.ISO_8859_1),
            ":3",
            "UTF-8"));
  }

  private void addNames() {
    file("org.sluice.route.cfg", GOOD_ROUTE + "\n", "", "org.sluice.route~NAME.cfg");
    file("org.sluice.site.cfg", "listen=127.0.0.9:0\n", "", "org.sluice.site~NAME.cfg");
    file("org.sluice.route~a b.cfg", GOOD_ROUTE + "\n", "", "letters, digits");
    file("org.sluice.rout~x.cfg", GOOD_ROUTE + "\n", "", "org.sluice.route~x.cfg");
    file("org.sluice.core~x.cfg", "workers=4\n", "", "org.sluice.core.cfg");
  }

  private void addSites() {
    file("org.sluice.site~deaf.cfg", "hosts=deaf.example\n", " listen", "127.0.0.1:8080");
    file("org.sluice.site~port.cfg", "listen=127.0.0.1:99999\n", ":1 listen=", "0 to 65535");
    file("org.sluice.site~name.cfg", "listen=www.example:80\n", ":1 listen=", "127.0.0.1:8080");
    file("org.sluice.site~comma.cfg", "listen=127.0.0.8:0,\n", ":1 listen=", "a list is");
    site("hosts=x", "line 2");
    site("limit.request-line=8", "64 to 1m");
    site("limit.header=much", "64k");
    site("timeout.header=20", "20s");
    site("backlog=0", "1 to 65535");
    site("path=/", "route");
    site("roof=htdocs", "root");
    file(
        "org.sluice.site~wildcard.cfg",
        "listen=127.0.0.10:0\nhosts=www.*.example\n",
        ":2 hosts=",
        "*.b.example");
    file("org.sluice.site~star.cfg", "listen=127.0.0.11:0\nhosts=*\n", ":2 hosts=", "empty hosts=");
    file(
        "org.sluice.site~twin.cfg",
        "listen=127.0.0.1:0\nhosts=good.example\n",
        ":2 hosts=",
        "etc/org.sluice.site~good.cfg");
    file(
        "org.sluice.site~z-disagree.cfg",
        "listen=127.0.0.1:0\nhosts=disagree.example\nlimit.headers=50\n",
        ":3 limit.headers=50",
        "must agree");
  }

  private void addRoutes() {
    route("match=^/(", "regular expression");
    route("flusher=a b", "letters, digits");
    route("targets=x", "target");
    route("listen=127.0.0.1:80", "site");
    file(
        "org.sluice.route~rel.cfg",
        "path=fd/\n" + GOOD_ROUTE + "\n",
        ":1 path=fd/",
        "begins with /");
    file(
        "org.sluice.route~dots.cfg",
        "path=/a/../b\n" + GOOD_ROUTE + "\n",
        ":1 path=/a/../b",
        "no . and no .. segments");
    file("org.sluice.route~query.cfg", "path=/a?b\n" + GOOD_ROUTE + "\n", ":1 path=", "no query");
    file(
        "org.sluice.route~nowhere.cfg",
        "site=nowhere\npath=/n\n" + GOOD_ROUTE + "\n",
        ":1 site=nowhere",
        "there is no site");
    file(
        "org.sluice.route~same-path.cfg",
        "site=good\npath=/good\n" + GOOD_ROUTE + "\n",
        ":2 path=/good",
        "etc/org.sluice.route~good.cfg");
  }

  private void addTargets() {
    target("run/app.sock", "scheme:rest");
    target("fd:", "fd:run/app.sock");
    target("fd:run/../../etc/x.sock", "no .. segment");
    target("fd://host/run/x.sock", "no host");
    target("fd:" + "x".repeat(108), "at most 107");
    target("fd:run/$1.sock", "match=");
    target("http://user@host/", "no user name");
    target("http://", "http://HOST[:PORT]");
  }

  private void addOptions() {
    route("limit.body=10x", "64k");
    route("timeout.write=soon", "20s");
    route("timeout.body=2d", "0s to 1d");
    route("ssi=yes", "off, noexec, on");
    route("ssi.start-tag=a b", "texts without blanks");
    route("handoff.body=keep", "refuse, drop");
    route("handoff.linger=11s", "0s to 10s");
    route("handoff.lingr=1s", "handoff.linger");
    route("handoff.hash=cookies:room", "cookie:NAME");
    route("error.200=/x", "400 to 599");
    route("error.404=x", "/404.html");
    route("header.Content-Length=1", "server sets this field");
    file(
        "org.sluice.route~blank.cfg",
        "path=/blank\n" + GOOD_ROUTE + "\nheader.X Y=1\n",
        ":3",
        "key=value");
    route("index=a/b", "without /");
    route("opening.status=99", "200 to 599");
    route("opening.tekst=x", "opening.text");
  }

  private void addSubstitutions() {
    route("status.text=${env:SLUICE_SURELY_UNDEFINED}", "is not defined");
    route("status.text=${file:etc/surely-absent}", "does not exist");
    route("status.text=${env:HOME", "has no }");
  }

  private void addCore() {
    file("org.sluice.core.cfg", "plugin.drain=1h\nworkers=many\n", ":1 plugin.drain=1h", "4900ms");
    all.add(
        new Broken(
            "org.sluice.core.cfg",
            "plugin.drain=1h\nworkers=many\n".getBytes(StandardCharsets.UTF_8),
            ":2 workers=many",
            "whole"));
  }

  /** One file: each of its lines but the first is wrong, and each is said. */
  private void addLog() {
    List<String> lines =
        List.of(
            "writer=syslog",
            "file=log/x",
            "queue=much",
            "syslog.severity=bad",
            "syslog.facility=bad",
            "format=%{",
            "status=9xx",
            "condition=%{NOPE}");
    List<String> allowed =
        List.of("", "no file", "64k", "severity", "facility", "lacks", "100 to 599", "NOPE");
    String content = String.join("\n", lines) + "\n";
    for (int i = 1; i < lines.size(); i++) {
      file(
          "org.sluice.accesslog~x.cfg",
          content,
          ":" + (i + 1) + " " + lines.get(i),
          allowed.get(i));
    }
  }
}
