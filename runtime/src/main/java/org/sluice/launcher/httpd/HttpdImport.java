package org.sluice.launcher.httpd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns an httpd configuration into sites, routes, members and access logs. What it does not know
 * it leaves out and says so; nothing is guessed about who may see what.
 */
public final class HttpdImport {
  private final Imported out = new Imported();
  private final Balancers balancers = new Balancers(out);
  private final Map<String, String> logFormats = new LinkedHashMap<>();
  private final Addresses addresses = new Addresses();
  private final Set<Directive> reached = new HashSet<>();
  private final Map<String, String> firstOfAddress = new LinkedHashMap<>();

  private final Path serverRoot;

  private HttpdImport(Path serverRoot) {
    this.serverRoot = serverRoot;
  }

  /**
   * Reads a configuration.
   *
   * @param file as httpd gets it, for example {@code httpd.conf}
   */
  public static Result read(Path file) throws IOException {
    HttpdReader reader = new HttpdReader();
    List<Directive> tree = reader.read(file);
    HttpdImport run = new HttpdImport(reader.serverRoot());
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
    if (hosts.isEmpty()) {
      mainSite(addresses.all(), main, null);
      tellLost(main);
    } else {
      virtualHosts(hosts, main);
    }
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
    addresses.listen(directive.word(0));
    out.taken();
  }

  /** The main server as a site of its own. */
  private void mainSite(List<String> listen, List<Directive> main, Scope mappings) {
    Draft site = out.file("site", "main");
    site.set("listen", String.join(",", listen));
    Scope scope = new Scope(out, balancers, serverRoot, site, "main");
    if (mappings != null) {
      scope.share(mappings);
    }
    scope.logs(logFormats);
    reached.addAll(scope.takeAll(main));
  }

  /**
   * Mappings of the main server are routes of all sites. What else it says holds in each virtual
   * host, and in a site of its own where it has addresses that no virtual host has.
   */
  private void virtualHosts(List<Directive> hosts, List<Directive> main) {
    Scope mappings = new Scope(out, balancers, serverRoot, null, null);
    mappings.takeAll(main.stream().filter(Scope::isMapping).toList());
    List<Directive> rest =
        main.stream().filter(each -> !Scope.isMapping(each) && !Meaningless.is(each)).toList();
    List<String> taken = hosts.stream().flatMap(host -> host.words().stream()).toList();
    List<String> left = addresses.besides(taken);
    if (!left.isEmpty()) {
      mainSite(left, rest, mappings);
    }
    for (String listen : addresses.shared(taken)) {
      out.note(
          "Listen "
              + listen
              + ": where no virtual host is, httpd answers from the main server, and nothing does"
              + " here");
    }
    hosts.forEach(host -> virtualHost(host, rest, mappings));
    tellLost(rest);
    hosts.forEach(host -> tellLost(host.children()));
  }

  /** Sections of folders that no site serves. */
  private void tellLost(List<Directive> directives) {
    for (Directive each : directives) {
      boolean everything = each.word(0).equals("/");
      boolean lost = !everything && !Scope.isPatternOf(each) && !reached.contains(each);
      if (each.key().equals("directory") && lost) {
        out.notTaken(each, "no DocumentRoot or Alias that is served leads to this folder");
      }
    }
  }

  private void virtualHost(Directive host, List<Directive> main, Scope mappings) {
    String name = names(host).isEmpty() ? "vhost" : names(host).get(0);
    boolean secure = isSecure(host);
    Draft site = out.file("site", name);
    String siteName = out.nameOf(site);
    Set<String> listen = new LinkedHashSet<>();
    host.words().forEach(word -> listen.addAll(addresses.of(word)));
    site.set("listen", String.join(",", listen));
    boolean first = false;
    for (String address : listen) {
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
    Scope scope = new Scope(out, balancers, serverRoot, site, siteName);
    scope.share(mappings);
    scope.logs(logFormats(host));
    if (secure) {
      scope.switchOff("TLS is not terminated here yet");
      out.note(host.place() + "  " + name + ": uses TLS, its files are written but switched off");
    }
    // The main server's first: what the host says later replaces it, or adds to it.
    List<Directive> all = new ArrayList<>();
    for (Directive directive : main) {
      if (!isReplaced(directive, host)) {
        all.add(directive);
      }
    }
    host.children().stream()
        .filter(each -> !List.of("proxy", "logformat").contains(each.key()))
        .forEach(all::add);
    reached.addAll(scope.takeAll(all));
  }

  /** Of these a host has the main server's, or its own. */
  private static boolean isReplaced(Directive directive, Directive host) {
    List<String> logs = List.of("customlog", "transferlog");
    List<String> kind =
        logs.contains(directive.key())
            ? logs
            : directive.key().equals("documentroot") ? List.of("documentroot") : List.of();
    return host.children().stream().anyMatch(each -> kind.contains(each.key()));
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
