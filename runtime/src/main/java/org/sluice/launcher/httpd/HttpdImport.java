package org.sluice.launcher.httpd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns an httpd configuration into sites, routes, members and access logs. What it does not know
 * it leaves out and says so; nothing is guessed about who may see what.
 */
public final class HttpdImport {
  private final Imported out = new Imported();
  private final Balancers balancers = new Balancers(out);
  private final Map<String, String> logFormats = new LinkedHashMap<>();
  private final List<String> listens = new ArrayList<>();
  private final Map<String, String> firstOfAddress = new LinkedHashMap<>();

  private HttpdImport() {}

  /**
   * Reads a configuration.
   *
   * @param file as httpd gets it, for example {@code httpd.conf}
   */
  public static Result read(Path file) throws IOException {
    HttpdReader reader = new HttpdReader();
    List<Directive> tree = reader.read(file);
    HttpdImport run = new HttpdImport();
    run.all(tree);
    reader.notes().forEach(run.out::note);
    return new Result(run.out.files(), run.out.report());
  }

  /**
   * What came of it.
   *
   * @param files texts by the names they should have in {@code etc/}
   * @param report what was not taken over, for people
   */
  public record Result(Map<String, String> files, String report) {}

  private void all(List<Directive> tree) {
    List<Directive> hosts = new ArrayList<>();
    List<Directive> main = new ArrayList<>();
    for (Directive directive : tree) {
      switch (directive.key()) {
        case "virtualhost" -> hosts.add(directive);
        case "listen" -> listen(directive);
        case "logformat" -> logFormat(directive, logFormats);
        case "proxy" -> balancers.section(directive);
        case "balancermember" -> balancers.member(directive, directive.word(0), 1);
        case "proxyset" -> balancers.set(directive, directive.word(0), 1);
        default -> main.add(directive);
      }
    }
    for (Directive host : hosts) {
      host.children().stream()
          .filter(each -> each.key().equals("proxy"))
          .forEach(balancers::section);
    }
    mainServer(main, hosts);
    hosts.forEach(host -> virtualHost(host, main));
  }

  private void logFormat(Directive directive, Map<String, String> into) {
    into.put(directive.words().size() > 1 ? directive.word(1) : "", directive.word(0));
    out.taken();
  }

  private void listen(Directive directive) {
    if (directive.words().size() > 1 && directive.word(1).equalsIgnoreCase("https")) {
      out.notTaken(directive, "TLS is not terminated here yet");
      return;
    }
    listens.add(address(directive.word(0)));
    out.taken();
  }

  private static String address(String text) {
    return text.indexOf(':') < 0 ? "*:" + text : text.replace("0.0.0.0:", "*:");
  }

  /** With virtual hosts the main server's mappings hold for all of them, else it is the site. */
  private void mainServer(List<Directive> main, List<Directive> hosts) {
    if (!hosts.isEmpty()) {
      Scope global = new Scope(out, balancers, null, null);
      for (Directive directive : main) {
        if (Scope.isMapping(directive)) {
          global.take(directive);
        }
      }
      global.finish();
      return;
    }
    Draft site = out.file("site", "main");
    site.set("listen", listens.isEmpty() ? "*:80" : String.join(",", listens));
    Scope scope = new Scope(out, balancers, site, "main");
    scope.logs(logFormats);
    main.forEach(scope::take);
    scope.finish();
  }

  private void virtualHost(Directive host, List<Directive> main) {
    String name = names(host).isEmpty() ? "vhost" : names(host).get(0);
    boolean secure = isSecure(host);
    Draft site = out.file("site", name);
    String siteName = out.nameOf(site);
    List<String> addresses = new ArrayList<>();
    for (String word : host.words()) {
      addresses.add(address(word.replace("_default_", "*")));
    }
    site.set("listen", String.join(",", addresses));
    boolean first = false;
    for (String address : addresses) {
      first |= firstOfAddress.putIfAbsent(address, siteName) == null;
    }
    if (first) {
      site.comment("the first virtual host of an address also serves what names no other");
      if (!names(host).isEmpty()) {
        site.comment("hosts were: " + String.join(",", names(host)));
      }
    } else {
      site.set("hosts", String.join(",", names(host)));
    }
    out.taken();
    Scope scope = new Scope(out, balancers, site, siteName);
    scope.logs(logFormats(host));
    if (secure) {
      scope.switchOff("TLS is not terminated here yet");
      out.note(host.place() + "  " + name + ": uses TLS, its files are written but switched off");
    }
    // What the main server says holds for the host, unless the host says it itself.
    for (Directive directive : main) {
      boolean own = host.children().stream().anyMatch(each -> each.key().equals(directive.key()));
      if (!own && !Scope.isMapping(directive)) {
        scope.inherit(directive);
      }
    }
    host.children().stream()
        .filter(each -> !List.of("proxy", "logformat").contains(each.key()))
        .forEach(scope::take);
    scope.finish();
  }

  /** The host's own and the server's; as in httpd it does not matter where they stand. */
  private Map<String, String> logFormats(Directive host) {
    Map<String, String> formats = new LinkedHashMap<>(logFormats);
    host.children().stream()
        .filter(each -> each.key().equals("logformat"))
        .forEach(each -> logFormat(each, formats));
    return formats;
  }

  private static boolean isSecure(Directive host) {
    return host.children().stream()
        .anyMatch(each -> each.key().equals("sslengine") && each.word(0).equalsIgnoreCase("on"));
  }

  private List<String> names(Directive host) {
    List<String> names = new ArrayList<>();
    for (Directive each : host.children()) {
      boolean names_ = each.key().equals("servername") || each.key().equals("serveralias");
      if (!names_) {
        continue;
      }
      for (String word : each.words()) {
        String bare = word.replaceFirst("^https?://", "").replaceFirst(":[0-9]+$", "");
        if (bare.lastIndexOf('*') > 0 || bare.equals("*") || bare.indexOf('?') >= 0) {
          if (firstTime(each)) {
            out.notTaken(each, "a wildcard stands only for the front of a name: *.example.org");
          }
        } else {
          names.add(bare.toLowerCase(java.util.Locale.ROOT));
        }
      }
    }
    return names;
  }

  private final List<String> told = new ArrayList<>();

  private boolean firstTime(Directive directive) {
    boolean first = !told.contains(directive.place());
    told.add(directive.place());
    return first;
  }
}
