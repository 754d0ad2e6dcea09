package org.sluice.launcher.httpd;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One server of an httpd configuration: the main one or a virtual host. Its directives become keys
 * of a site, its mappings and sections become routes.
 */
final class Scope {
  private static final Set<String> FILES = Set.of("files", "filesmatch");

  private final Imported out;
  private final Balancers balancers;
  private final Draft site;
  private final String siteName;
  private final Map<String, Draft> routes = new LinkedHashMap<>();
  private final List<String> order = new ArrayList<>();
  private Map<String, String> formats = Map.of();
  private String offReason;
  private int matches;
  private final Folders folders;
  private final Map<String, Draft> shared = new LinkedHashMap<>();

  /** Paths closed for what a later section does not replace. */
  private final Set<String> shut = new HashSet<>();

  /** Paths of sections with a backend. */
  private final Set<String> proxied = new HashSet<>();

  /** Paths that folders guard. */
  private final Set<String> guardedFolders = new HashSet<>();

  /** Sections that let everybody in, by path. */
  private final Map<String, Directive> opened = new LinkedHashMap<>();

  /**
   * A server.
   *
   * @param serverRoot from which httpd takes relative paths
   * @param site null for mappings that hold for all sites
   */
  Scope(Imported out, Balancers balancers, Path serverRoot, Draft site, String siteName) {
    this.out = out;
    this.balancers = balancers;
    this.folders = new Folders(serverRoot);
    this.site = site;
    this.siteName = siteName;
  }

  /** Mappings of the main server that hold here too. */
  void share(Scope mappings) {
    folders.putAll(mappings.folders);
    shared.putAll(mappings.routes);
  }

  void logs(Map<String, String> logFormats) {
    formats = logFormats;
  }

  void switchOff(String why) {
    offReason = why;
    site.switchOff(why);
  }

  /** Whether the main server's directive maps paths, so that virtual hosts share it. */
  static boolean isMapping(Directive directive) {
    return switch (directive.key()) {
      case "proxypass",
          "proxypassmatch",
          "proxypassreverse",
          "alias",
          "scriptalias",
          "redirect",
          "redirectpermanent",
          "redirectmatch" ->
          true;
      default -> false;
    };
  }

  /**
   * Takes over all that a server says, in the order in which httpd merges it: what maps paths, then
   * the folders, the higher ones first, then {@code <Location>}.
   *
   * @return the {@code <Directory>} sections to whose folder something leads
   */
  Set<Directive> takeAll(List<Directive> directives) {
    List<Directive> directories = new ArrayList<>();
    List<Directive> locations = new ArrayList<>();
    List<Directive> reverses = new ArrayList<>();
    for (Directive each : directives) {
      switch (each.key()) {
        case "directory" -> directories.add(each);
        case "location" -> locations.add(each);
        case "proxypassreverse" -> reverses.add(each);
        default -> take(each);
      }
    }
    locations.removeIf(this::isPattern);
    locations.stream().filter(Scope::isProxied).forEach(each -> proxied.add(each.word(0)));
    directories.removeIf(this::isPattern);
    directories.sort(Comparator.comparingInt(each -> folders.depth(each.word(0))));
    Set<Directive> reached = new HashSet<>();
    for (Directive each : directories) {
      if (directory(each)) {
        reached.add(each);
      }
    }
    locations.forEach(each -> inside(each, each.word(0)));
    reverses.forEach(each -> reverse(each, each.word(0), each.word(1)));
    finish();
    return reached;
  }

  private static boolean isProxied(Directive section) {
    return section.children().stream().anyMatch(each -> each.key().equals("proxypass"));
  }

  /** Whether a section names more than one folder or path; then it has no route, and says so. */
  private boolean isPattern(Directive section) {
    boolean pattern = isPatternOf(section);
    if (pattern) {
      out.notTaken(section, "patterns have no counterpart in a section; routes have paths");
      out.guarded(section);
    }
    return pattern;
  }

  /** {@code <Directory ~ "regex">}, or wildcards. */
  static boolean isPatternOf(Directive section) {
    return section.word(0).equals("~") || section.word(0).matches(".*[*?\\[].*");
  }

  /** Takes one directive over, or says why not. */
  private void take(Directive directive) {
    switch (directive.key()) {
      case "documentroot" -> documentRoot(directive);
      case "proxypass" -> proxyPass(directive, directive.word(0), 1);
      case "proxypassmatch" -> proxyMatch(directive, directive.word(0), 1);
      case "alias" -> folder(directive, "file:");
      case "scriptalias" -> folder(directive, "cgi:");
      case "redirect" -> redirect(directive);
      case "redirectpermanent" -> redirect(directive, "301", 0);
      case "customlog", "transferlog" -> customLog(directive);
      case "locationmatch" -> locationMatch(directive);
      case "files", "filesmatch", "directorymatch", "if", "elseif", "else", "proxymatch" -> {
        out.notTaken(directive, "sections of this kind have no counterpart; routes have paths");
        out.guarded(directive);
      }
      default -> option(directive, site, null);
    }
  }

  private void option(Directive directive, Draft into, String path) {
    if (Meaningless.is(directive)) {
      out.meaningless();
    } else if (into == null || !Options.take(directive, into)) {
      out.notTaken(directive, Options.why(directive));
      // A condition within a section of a path, such as <Limit>, closes that path.
      boolean within = path != null && !FILES.contains(directive.key());
      if (into != null && (Access.guards(directive) || (within && Access.keepsOut(directive)))) {
        Access.close(into);
        if (!Access.requires(directive)) {
          shut.add(path);
        }
      } else {
        out.guarded(directive);
      }
    } else {
      out.taken();
    }
  }

  private void documentRoot(Directive directive) {
    site.set("root", directive.word(0));
    route("/").set("target", "file:");
    folders.put("/", directive.word(0));
    out.taken();
  }

  /** The route of a path; made when first needed. */
  private Draft route(String path) {
    Draft known = routes.get(path);
    if (known != null) {
      return known;
    }
    String place = siteName == null || siteName.equals("main") ? "" : siteName + "-";
    Draft made = out.file("route", place + Imported.name(path));
    if (siteName != null) {
      made.set("site", siteName);
    }
    made.set("path", path);
    routes.put(path, made);
    return made;
  }

  private void proxyPass(Directive directive, String path, int at) {
    if (path.equals("~")) {
      proxyMatch(directive, directive.word(1), 2);
      return;
    }
    String url = directive.word(at);
    String target = Values.target(url);
    if (target == null) {
      out.notTaken(directive, Values.whyNot(url));
      return;
    }
    for (String earlier : order) {
      if (path.startsWith(earlier) && !path.equals(earlier)) {
        out.note(
            directive.place()
                + "  "
                + path
                + ": httpd never got here, "
                + earlier
                + " came before; here the longer path wins");
      }
    }
    order.add(path);
    if (routes.containsKey(path) && routes.get(path).has("backend.taken")) {
      out.notTaken(directive, "an earlier ProxyPass has the same path, and the first one counts");
      return;
    }
    Draft route = route(path);
    route.set("target", target);
    slashes(directive, path, target);
    parameters(directive, route, url, at + 1);
    out.taken();
  }

  private void slashes(Directive directive, String path, String target) {
    int authority = target.indexOf("://");
    boolean hasPath = authority >= 0 && target.indexOf('/', authority + 3) >= 0;
    if (target.startsWith("http:") && hasPath && target.endsWith("/") != path.endsWith("/")) {
      out.note(
          directive.place()
              + "  only one of "
              + path
              + " and "
              + target
              + " ends in /: what follows is appended as it is");
    }
  }

  private void proxyMatch(Directive directive, String regex, int at) {
    String url = directive.word(at);
    String target = Values.target(url);
    if (target == null) {
      out.notTaken(directive, Values.whyNot(url));
      return;
    }
    int slash = target.indexOf('/', target.indexOf("://") + 3);
    String authority = target.substring(0, slash < 0 ? target.length() : slash);
    if (target.startsWith("http:") && authority.contains("$")) {
      out.notTaken(directive, "the client must not choose the host");
      return;
    }
    if (target.indexOf('?') >= 0) {
      out.notTaken(directive, "a target has no query");
      return;
    }
    String place = siteName == null || siteName.equals("main") ? "" : siteName + "-";
    Draft route = out.file("route", place + "match-" + ++matches);
    if (siteName != null) {
      route.set("site", siteName);
    }
    route.set("path", Values.literalPath(regex)).set("match", regex);
    route.set("order", Integer.toString(matches)).set("target", target);
    routes.put("match " + matches, route);
    parameters(directive, route, url, at + 1);
    out.taken();
  }

  private void parameters(Directive directive, Draft route, String url, int from) {
    boolean balancer = url.startsWith("balancer://");
    if (balancer) {
      String name = url.substring("balancer://".length()).replaceFirst("/.*", "");
      route.fill(balancers.options(name));
    }
    if (url.startsWith("ws://")) {
      route.set("backend.upgrade", "websocket");
    }
    for (String word : directive.from(from)) {
      boolean known =
          ProxyParameters.take(route, word)
              || (balancer && balancers.routeParameter(route.keys(), word));
      if (!known) {
        out.notTaken(directive, "parameter " + word);
      }
    }
  }

  private void reverse(Directive directive, String path, String url) {
    Draft route = routes.get(path);
    String target = route == null ? null : route.get("target");
    out.taken();
    if (target == null || url.startsWith("balancer://")) {
      if (target == null) {
        out.note(directive.place() + "  " + directive.shown() + ": no ProxyPass has this path");
      }
    } else if (!url.equals(target) && !url.isEmpty()) {
      if (!route.has("backend.reverse")) {
        route.set("backend.reverse", "auto");
      }
      route.add("backend.reverse", url + " " + path);
    }
  }

  private void folder(Directive directive, String scheme) {
    String path = directive.word(0);
    String folder = directive.word(1).replaceFirst("(?<=.)/$", "");
    route(path).set("target", scheme + folder);
    folders.put(path, folder);
    out.taken();
  }

  private void redirect(Directive directive) {
    String first = directive.word(0).toLowerCase(Locale.ROOT);
    switch (first) {
      case "permanent" -> redirect(directive, "301", 1);
      case "temp" -> redirect(directive, "302", 1);
      case "seeother" -> redirect(directive, "303", 1);
      case "301", "302", "303", "307", "308" -> redirect(directive, first, 1);
      default -> redirect(directive, "302", 0);
    }
  }

  private void redirect(Directive directive, String status, int at) {
    if (directive.word(at + 1).isEmpty() || !directive.word(at).startsWith("/")) {
      out.notTaken(directive, "a redirect is a path and a URL");
      return;
    }
    Draft route = route(directive.word(at));
    route.set("target", "redirect:" + directive.word(at + 1)).set("redirect.status", status);
    out.taken();
  }

  private void customLog(Directive directive) {
    if (directive.word(0).startsWith("|")) {
      out.note(directive.place() + "  " + directive.shown() + ": a program gets the log");
    }
    Draft log = out.file("accesslog", siteName == null ? "all" : siteName);
    if (siteName != null) {
      log.set("site", siteName);
    }
    String file = directive.word(0);
    log.set(
        "file",
        file.startsWith("/") || file.startsWith("|") ? file : file.replace("logs/", "log/"));
    String format = directive.word(1);
    boolean transfer = directive.key().equals("transferlog");
    String text = formats.getOrDefault(transfer ? "" : format, transfer ? "common" : format);
    log.set("format", text.isEmpty() ? "common" : text);
    for (String word : directive.from(2)) {
      if (word.startsWith("env=")) {
        log.set("condition", word);
      } else {
        out.notTaken(directive, "condition " + word);
      }
    }
    if (offReason != null) {
      log.switchOff(offReason);
    }
    out.taken();
  }

  private void inside(Directive section, String path) {
    out.taken();
    if (section.children().stream().anyMatch(Access::requires)) {
      // httpd does not add up: the last section that requires anything counts.
      Access.forget(route(path), shut.contains(path));
      opened.remove(path);
      if (!Access.keepsOut(section)) {
        opened.put(path, section);
      }
    }
    for (Directive each : section.children()) {
      switch (each.key()) {
        case "proxypass" -> proxyPass(each, path, 0);
        case "proxypassreverse" -> reverse(each, path, each.word(0));
        case "sethandler" -> setHandler(each, path);
        default -> option(each, route(path), path);
      }
    }
  }

  private void setHandler(Directive directive, String path) {
    if (directive.word(0).equals("cgi-script")) {
      route(path).set("cgi", "on");
      out.taken();
    } else {
      out.notTaken(directive, "handlers are chosen by the target of a route");
    }
  }

  private void locationMatch(Directive section) {
    out.guarded(section);
    out.taken();
    for (Directive each : section.children()) {
      if (each.key().equals("proxypassmatch") || each.key().equals("proxypass")) {
        proxyMatch(each, section.word(0), 0);
      } else {
        out.notTaken(each, "in LocationMatch only ProxyPassMatch is taken over");
      }
    }
  }

  /**
   * A folder on disk is a path here when a document root or an alias leads there, each of them.
   *
   * @return whether one does
   */
  private boolean directory(Directive section) {
    List<Folders.Place> places = new ArrayList<>(folders.places(section.word(0)));
    places.removeIf(place -> !isFolder(place.mapped()));
    for (Folders.Place place : places) {
      inside(section, place.path());
      if (Access.keepsOut(section)) {
        guardedFolders.add(place.path());
      }
    }
    return !places.isEmpty();
  }

  /** A mapping of the same path may have taken the folder's place: a backend has no folders. */
  private boolean isFolder(String path) {
    Draft route = routes.getOrDefault(path, shared.get(path));
    String target = route == null ? null : route.get("target");
    target = target == null && shared.containsKey(path) ? shared.get(path).get("target") : target;
    return !proxied.contains(path) && isFolderTarget(target);
  }

  private static boolean isFolderTarget(String target) {
    return target != null && (target.startsWith("file:") || target.startsWith("cgi:"));
  }

  /** Writes what is known only at the end. */
  private void finish() {
    List<String> all = List.copyOf(routes.keySet());
    for (String path : all) {
      Draft route = routes.get(path);
      if (Set.of("site", "path").containsAll(route.keys().keySet())) {
        out.remove(route);
        routes.remove(path);
      } else if (!route.has("target")) {
        refine(path, route);
      }
      if (offReason != null) {
        route.switchOff(offReason);
      }
    }
    opened.forEach((path, section) -> staysGuarded(section.place() + "  " + section.shown(), path));
    Stream.of(shared, routes)
        .flatMap(each -> each.values().stream())
        .filter(each -> each.has("target") && !isFolderTarget(each.get("target")))
        .filter(each -> guardedFolders.stream().anyMatch(up -> covers(up, each.get("path"))))
        .forEach(each -> staysGuarded(siteName + " " + each.get("path"), each.get("path")));
    if (site != null && !site.has("root") && routes.isEmpty() && shared.isEmpty()) {
      out.note("site " + siteName + " has no route: every path answers 404");
    }
  }

  private void refine(String path, Draft route) {
    if (above(path).anyMatch(each -> each.has("target"))) {
      route.comment("refines the route above it");
    } else {
      route.comment("nothing leads to this path itself; routes below it inherit");
      route.set("target", "status:404");
    }
  }

  /** Routes of a path and of those above it, the shared ones too. */
  private Stream<Draft> above(String path) {
    return Stream.of(routes, shared)
        .flatMap(each -> each.entrySet().stream())
        .filter(each -> covers(each.getKey(), path))
        .map(Map.Entry::getValue);
  }

  private static boolean covers(String above, String path) {
    return path.equals(above) || path.startsWith(above.endsWith("/") ? above : above + "/");
  }

  /** Where httpd lets everybody in, in spite of a section above, our guards still add up. */
  private void staysGuarded(String what, String path) {
    above(path)
        .filter(Access::isGuarded)
        .findFirst()
        .ifPresent(
            route ->
                out.note(
                    what
                        + ": httpd asks for less; here what guards "
                        + route.get("path")
                        + " holds for it too"));
  }
}
