package org.sluice.core.internal.config.rules;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sluice.api.route.Target;
import org.sluice.core.internal.config.keys.BadValueException;

/** Targets of routes: what the core knows about their form, without their handlers. */
public final class TargetRule {
  /** Longest path of an AF_UNIX socket on Linux, in bytes, as it is used. */
  static final int MAX_SOCKET_PATH = 107;

  /** Most receivers of one target. */
  static final int MAX_SOCKETS = 64;

  private static final Pattern HOST =
      Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(?::([0-9]{1,5}))?");

  /** RFC 3986 section 4.2: a colon before the first slash ends a scheme. */
  private static final Pattern ABSOLUTE = Pattern.compile("([^/?#:]*:).*");

  private static final Pattern WEB = Pattern.compile("https?://[^/?#]", Pattern.CASE_INSENSITIVE);
  private static final Pattern REFERENCE = Pattern.compile("\\$([0-9])");

  private TargetRule() {}

  /**
   * Parses and checks a target.
   *
   * @param pattern of {@code match=}, or null
   * @throws BadValueException with what is allowed
   */
  public static Target parse(String text, PathPattern pattern) throws BadValueException {
    Target target;
    try {
      target = Target.parse(text);
    } catch (IllegalArgumentException e) {
      throw new BadValueException("a target is scheme:rest, for example fd:run/app.sock, or !");
    }
    references(target, pattern);
    switch (target.scheme()) {
      case "fd" -> sockets(target.rest());
      case "file", "cgi" -> folder(target);
      case "http" -> host(target.rest());
      case "status" -> status(target.rest());
      case "balancer" -> named(balancer(target));
      case "redirect" -> location(target.rest());
      case "unix" -> unix(target.rest());
      case "scgi" -> scgi(target.rest());
      default -> {
        // The handler knows.
      }
    }
    return target;
  }

  private static void references(Target target, PathPattern pattern) throws BadValueException {
    Matcher reference = REFERENCE.matcher(target.rest());
    while (reference.find()) {
      int group = Integer.parseInt(reference.group(1));
      if (pattern == null) {
        throw new BadValueException("$" + group + " refers to a group of match=, which is missing");
      }
      if (group > pattern.groups()) {
        throw new BadValueException(
            "$"
                + group
                + " refers to a group that match= does not have; it has "
                + pattern.groups());
      }
      if (Set.of("fd", "unix", "scgi").contains(target.scheme())) {
        throw new BadValueException("the client must not influence the socket: no $" + group);
      }
      if (inHost(target, reference.start())) {
        throw new BadValueException("the client must not choose the host: no $" + group + " in it");
      }
    }
  }

  private static boolean inHost(Target target, int at) {
    int host = target.rest().startsWith("//") ? 2 : 0;
    if (host == 0 && target.scheme().equals("redirect")) {
      host = target.rest().indexOf("://") + 3;
      host = host < 3 ? 0 : host;
    }
    int slash = host > 0 ? target.rest().indexOf('/', host) : 0;
    return slash < 0 || at < slash;
  }

  /** A folder: the client may choose what is below it, never the folder itself. */
  private static void folder(Target target) throws BadValueException {
    String rest = target.rest();
    String scheme = target.scheme();
    if (rest.startsWith("//") && !rest.startsWith("///")) {
      throw new BadValueException(
          "a folder has no host; write a path from the base ("
              + scheme
              + ":data) or an absolute one ("
              + scheme
              + ":/srv/data)");
    }
    Matcher reference = REFERENCE.matcher(rest);
    if (reference.find() && rest.lastIndexOf('/', reference.start()) < 0) {
      throw new BadValueException(
          "a folder must stand before "
              + reference.group()
              + ", for example "
              + scheme
              + ":data/$1");
    }
  }

  /**
   * The folder, or single file, of a target {@code file:} or {@code cgi:} as it is written.
   *
   * @return empty for the site's root; null if the target is of another kind
   */
  public static String place(Target target) {
    if (target == null || !Set.of("file", "cgi").contains(target.scheme())) {
      return null;
    }
    String rest = target.rest().startsWith("//") ? target.rest().substring(2) : target.rest();
    Matcher reference = REFERENCE.matcher(rest);
    return reference.find()
        ? rest.substring(0, rest.lastIndexOf('/', reference.start()) + 1)
        : rest;
  }

  /** The name in a target {@code balancer:NAME} or {@code balancer://NAME/PATH}; else null. */
  public static String balancer(Target target) {
    if (target == null || !target.scheme().equals("balancer")) {
      return null;
    }
    String rest = target.rest().startsWith("//") ? target.rest().substring(2) : target.rest();
    int slash = rest.indexOf('/');
    return slash < 0 ? rest : rest.substring(0, slash);
  }

  private static void location(String rest) throws BadValueException {
    if (!rest.chars().allMatch(c -> c > ' ' && c < 0x7f) || rest.isEmpty()) {
      throw new BadValueException(
          "this target is redirect:URL or redirect:/PATH, percent-encoded, for example"
              + " redirect:https://www.example.org/");
    }
    Matcher absolute = ABSOLUTE.matcher(rest);
    if (absolute.matches() && !WEB.matcher(rest).lookingAt()) {
      throw new BadValueException(
          "a redirect leads to http://HOST[/PATH], https://HOST[/PATH] or a path, never to "
              + absolute.group(1)
              + "; write ./ before a path with a colon in its first segment");
    }
  }

  /** One socket, or several with commas. */
  private static void sockets(String rest) throws BadValueException {
    String[] parts = rest.split(",", -1);
    if (parts.length > MAX_SOCKETS) {
      throw new BadValueException(
          "a target names at most " + MAX_SOCKETS + " sockets; these are " + parts.length);
    }
    if (parts.length == 1 && rest.length() > 1 && rest.endsWith("/")) {
      // A folder: every socket in it is a receiver.
      socket(rest.substring(0, rest.length() - 1), "fd:run/workers/");
      return;
    }
    Set<String> seen = new HashSet<>();
    for (String each : parts) {
      String part = each.strip();
      socket(part, "fd:run/app.sock");
      if (part.endsWith("/")) {
        throw new BadValueException(
            parts.length > 1
                ? "a folder of sockets stands alone, without others beside it"
                : "the root of the file system is no folder of sockets");
      }
      if (!seen.add(part)) {
        throw new BadValueException("stands twice: " + part);
      }
    }
  }

  private static void socket(String text, String example) throws BadValueException {
    String path = text;
    if (text.startsWith("//")) {
      if (!text.startsWith("///")) {
        throw new BadValueException(
            "a socket has no host; write a path from the base ("
                + example
                + ") or an absolute one"
                + " ("
                + example.replace(":", ":/")
                + ")");
      }
      path = text.substring(2);
    }
    if (path.isEmpty()) {
      throw new BadValueException("the path of the socket is missing, for example " + example);
    }
    if (path.indexOf('\0') >= 0) {
      throw new BadValueException("the path of a socket has no NUL");
    }
    for (String segment : path.split("/", -1)) {
      if (segment.equals("..")) {
        throw new BadValueException("the path of a socket has no .. segment");
      }
    }
    int length = path.getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_SOCKET_PATH) {
      throw new BadValueException(
          "the path of the socket is "
              + length
              + " bytes long; at most "
              + MAX_SOCKET_PATH
              + " are possible. A path from the base is shorter than an absolute one");
    }
  }

  private static void host(String rest) throws BadValueException {
    Matcher parts = Pattern.compile("//([^/?#]*)([^?#]*)(.*)").matcher(rest);
    if (!parts.matches() || parts.group(1).isEmpty()) {
      throw new BadValueException("this target is http://HOST[:PORT][/PATH]");
    }
    if (parts.group(1).indexOf('@') >= 0) {
      throw new BadValueException("a target has no user name");
    }
    if (!parts.group(3).isEmpty()) {
      throw new BadValueException("a target has no query and no fragment");
    }
    Matcher host = HOST.matcher(parts.group(1));
    if (!host.matches()) {
      throw new BadValueException("this target is http://HOST[:PORT][/PATH]");
    }
    port(host.group(1) == null ? "80" : host.group(1));
  }

  private static void port(String digits) throws BadValueException {
    int port = Integer.parseInt(digits);
    if (port < 1 || port > 65535) {
      throw new BadValueException("a port is 1 to 65535: " + port);
    }
  }

  /** A server's address, or the path of its socket. */
  private static void scgi(String rest) throws BadValueException {
    String text = rest.startsWith("//") ? rest.substring(2) : rest;
    boolean socket = text.indexOf('/') >= 0 || text.indexOf(':') < 0;
    Matcher host = HOST.matcher(text);
    boolean address = host.matches() && host.group(1) != null;
    if (socket ? text.isEmpty() || text.endsWith("/") : !address) {
      throw new BadValueException(
          "this target is scgi:HOST:PORT or scgi:PATH of a socket, for example scgi:127.0.0.1:4000"
              + " or scgi:run/app.sock");
    }
    if (!socket) {
      port(host.group(1));
    }
  }

  /** A socket, and perhaps the URL that stands for it. */
  private static void unix(String rest) throws BadValueException {
    int pipe = rest.indexOf('|');
    String path = pipe < 0 ? rest : rest.substring(0, pipe);
    socket(path, "unix:run/app.sock");
    if (path.endsWith("/")) {
      throw new BadValueException("this target is one socket, no folder of them");
    }
    if (pipe >= 0 && !rest.startsWith("http:", pipe + 1)) {
      throw new BadValueException("behind | stands http://HOST/PATH");
    }
    if (pipe >= 0) {
      host(rest.substring(pipe + "|http:".length()));
    }
  }

  private static void status(String rest) throws BadValueException {
    if (!rest.matches("[2-5][0-9][0-9]")) {
      throw new BadValueException(
          "this target is status:CODE with a status from 200 to 599, for example status:404");
    }
  }

  private static void named(String balancer) throws BadValueException {
    if (balancer.isEmpty()) {
      throw new BadValueException("this target is balancer:NAME or balancer://NAME/PATH");
    }
  }

  /** A warning about a target that may not mean what was meant, or null. */
  public static String doubt(String path, Target target, boolean matched) {
    int slash = target.rest().startsWith("//") ? target.rest().indexOf('/', 2) : -1;
    if (target.scheme().equals("http") && !matched && slash >= 0) {
      boolean targetEnds = target.rest().endsWith("/");
      if (targetEnds != path.endsWith("/")) {
        return "what follows "
            + path
            + " is appended as it is, but only one of path and target ends"
            + " in /";
      }
    }
    return null;
  }
}
