package org.sluice.launcher.httpd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One server of an httpd configuration: the main one or a virtual host. Its directives become keys
 * of a site, its mappings and sections become routes.
 */
final class Scope {
  /** What has its place elsewhere, or none, in a front like ours. */
  private static final Set<String> MEANINGLESS =
      Set.of(
          "loadmodule",
          "user",
          "group",
          "pidfile",
          "mutex",
          "startservers",
          "minspareservers",
          "maxspareservers",
          "serverlimit",
          "threadlimit",
          "threadsperchild",
          "maxrequestworkers",
          "minsparethreads",
          "maxsparethreads",
          "maxconnectionsperchild",
          "asyncrequestworkerfactor",
          "keepalive",
          "loglevel",
          "errorlog",
          "errorlogformat",
          "hostnamelookups",
          "serveradmin",
          "servername",
          "serveralias",
          "serversignature",
          "servertokens",
          "accessfilename",
          "usecanonicalname",
          "typesconfig",
          "addtype",
          "addcharset",
          "adddefaultcharset",
          "enablemmap",
          "enablesendfile",
          "traceenable",
          "proxyrequests",
          "scriptsock",
          "defaultruntimedir",
          "mimemagicfile",
          "proxystatus",
          "allowoverride",
          "fileetag",
          "namevirtualhost",
          "contentdigest",
          "listenbacklog",
          "addencoding",
          "sslengine",
          "maxkeepaliverequests",
          "addicon",
          "indexoptions");

  private final Imported out;
  private final Balancers balancers;
  private final Draft site;
  private final String siteName;
  private final Map<String, Draft> routes = new LinkedHashMap<>();
  private final List<String> order = new ArrayList<>();
  private Map<String, String> formats = Map.of();
  private String offReason;
  private String root;
  private int matches;
  private final Map<String, String> folders = new LinkedHashMap<>();

  /**
   * A server.
   *
   * @param site null for mappings that hold for all sites
   */
  Scope(Imported out, Balancers balancers, Draft site, String siteName) {
    this.out = out;
    this.balancers = balancers;
    this.site = site;
    this.siteName = siteName;
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

  /** A directive of the main server that holds here too. */
  void inherit(Directive directive) {
    switch (directive.key()) {
      case "documentroot",
          "directoryindex",
          "errordocument",
          "timeout",
          "keepalivetimeout",
          "limitrequestbody",
          "limitrequestline",
          "limitrequestfieldsize",
          "limitrequestfields",
          "customlog",
          "directory",
          "proxypreservehost",
          "proxytimeout",
          "proxyvia",
          "proxyerroroverride",
          "proxyaddheaders",
          "header",
          "requestheader" ->
          take(directive);
      default -> {
        // Said once, for the main server, or without meaning.
      }
    }
  }

  /** Takes one directive over, or says why not. */
  void take(Directive directive) {
    switch (directive.key()) {
      case "documentroot" -> documentRoot(directive);
      case "proxypass" -> proxyPass(directive, directive.word(0), 1);
      case "proxypassmatch" -> proxyMatch(directive, directive.word(0), 1);
      case "proxypassreverse" -> reverse(directive, directive.word(0), directive.word(1));
      case "alias" -> folder(directive, "file:");
      case "scriptalias" -> folder(directive, "cgi:");
      case "redirect" -> redirect(directive);
      case "redirectpermanent" -> redirect(directive, "301", 0);
      case "customlog", "transferlog" -> customLog(directive);
      case "location" -> location(directive);
      case "locationmatch" -> locationMatch(directive);
      case "directory" -> directory(directive);
      case "files", "filesmatch", "directorymatch", "if" -> {
        out.notTaken(directive, "sections of this kind have no counterpart; routes have paths");
        openDoor(directive);
      }
      default -> option(directive, site);
    }
  }

  private void option(Directive directive, Draft into) {
    if (MEANINGLESS.contains(directive.key())) {
      out.meaningless();
    } else if (into == null || !Options.take(directive, into)) {
      out.notTaken(directive, Options.why(directive));
      if (into != null && Access.guards(directive)) {
        Access.close(into);
      }
    } else {
      out.taken();
    }
  }

  private void documentRoot(Directive directive) {
    root = directive.word(0);
    site.set("root", root);
    route("/").set("target", "file:");
    folders.put(root, "/");
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
    folders.put(folder, path);
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

  private void location(Directive section) {
    if (section.word(0).equals("~")) {
      out.notTaken(section, "only LocationMatch with ProxyPassMatch is taken over");
      return;
    }
    inside(section, section.word(0));
  }

  private void inside(Directive section, String path) {
    out.taken();
    for (Directive each : section.children()) {
      switch (each.key()) {
        case "proxypass" -> proxyPass(each, path, 0);
        case "proxypassreverse" -> reverse(each, path, each.word(0));
        case "sethandler" -> setHandler(each, path);
        default -> option(each, route(path));
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

  /** A section that kept somebody out and is not taken over must not be overlooked. */
  private void openDoor(Directive section) {
    if (section.children().stream().anyMatch(Access::guards)) {
      out.note(
          section.place()
              + "  "
              + section.shown()
              + ": GUARDED, and nothing guards it here until a route says access.* or auth.*");
    }
  }

  private void locationMatch(Directive section) {
    openDoor(section);
    out.taken();
    for (Directive each : section.children()) {
      if (each.key().equals("proxypassmatch") || each.key().equals("proxypass")) {
        proxyMatch(each, section.word(0), 0);
      } else {
        out.notTaken(each, "in LocationMatch only ProxyPassMatch is taken over");
      }
    }
  }

  /** A folder on disk is a path here when a document root or an alias leads there. */
  private void directory(Directive section) {
    String folder = section.word(0).replaceFirst("(?<=.)/$", "");
    for (Map.Entry<String, String> known : folders.entrySet()) {
      String top = known.getKey();
      if (folder.equals(top) || folder.startsWith(top + "/")) {
        String rest = folder.substring(top.length()).replaceFirst("^/", "");
        String base = known.getValue();
        String path = rest.isEmpty() ? base : (base.endsWith("/") ? base : base + "/") + rest + "/";
        inside(section, path);
        return;
      }
    }
    boolean guardsAll = folder.equals("/");
    if (guardsAll) {
      out.meaningless();
    } else {
      out.notTaken(section, "no DocumentRoot or Alias before it leads to this folder");
    }
  }

  /** Writes what is known only at the end. */
  void finish() {
    for (Draft route : routes.values()) {
      if (offReason != null) {
        route.switchOff(offReason);
      }
      if (!route.has("target")) {
        route.comment("refines the route above it");
      }
    }
    if (site != null && !site.has("root") && routes.isEmpty()) {
      out.note("site " + siteName + " has no route: every path answers 404");
    }
  }
}
