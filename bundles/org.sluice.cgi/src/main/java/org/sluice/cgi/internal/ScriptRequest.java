package org.sluice.cgi.internal;

import java.nio.file.Path;
import java.util.List;
import org.sluice.api.file.LinkPolicy;
import org.sluice.api.file.PathResolver;
import org.sluice.api.file.ResolvedPath;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.route.Match;
import org.sluice.api.route.Target;
import org.sluice.cgi.internal.env.ScriptFile;

/**
 * From a request to a script: where the route's folder is, what of the path names the script, and
 * whether it may be run. Blocks; for workers.
 */
final class ScriptRequest {
  private ScriptRequest() {}

  /** Where to look: a folder or script, and the path below it. */
  record Place(Path root, String path) {
    /**
     * Of a target, whose {@code $1} … stand for groups of {@code match=}: what the client sent is
     * never part of the root.
     */
    static Place of(Target target, Match match, Path siteRoot) {
      String rest = target.rest();
      if (rest.startsWith("//")) {
        rest = rest.substring(2);
      }
      int dollar = rest.indexOf('$');
      if (dollar < 0) {
        return new Place(rest.isEmpty() ? siteRoot : Path.of(rest), match.rest());
      }
      int slash = rest.lastIndexOf('/', dollar);
      Path root = slash < 0 ? Path.of("") : Path.of(slash == 0 ? "/" : rest.substring(0, slash));
      StringBuilder path = new StringBuilder();
      for (int i = slash + 1; i < rest.length(); i++) {
        char c = rest.charAt(i);
        boolean group = c == '$' && i + 1 < rest.length() && Character.isDigit(rest.charAt(i + 1));
        String text = group ? match.group(rest.charAt(++i) - '0') : String.valueOf(c);
        path.append(text == null ? "" : text);
      }
      return new Place(root, path.toString());
    }
  }

  /** The script of a {@code cgi:} target. */
  static ScriptFile find(Exchange exchange, CgiView view) throws HandlerException {
    Match match = exchange.match();
    Place place = Place.of(match.route().target(), match, exchange.site().root());
    ResolvedPath found = new PathResolver(place.root(), view.links, false).resolve(place.path());
    if (found.refusal() != null) {
      throw found.failure();
    }
    if (found.isDirectory()) {
      throw new HandlerException(403, "cgi-folder", found.path() + " is a folder, not a program");
    }
    return script(exchange, view, found, place.root(), match.route().mappedPath());
  }

  private static ScriptFile script(
      Exchange exchange, CgiView view, ResolvedPath found, Path root, String prefix)
      throws HandlerException {
    String info = found.pathInfo();
    String path = exchange.path();
    if (!info.isEmpty() && !view.pathInfo) {
      throw new HandlerException(
          404, "cgi-path-info", found.path() + ": path information, and cgi.path-info=off");
    }
    String name = path.endsWith(info) ? path.substring(0, path.length() - info.length()) : path;
    return new ScriptFile(found.path(), found.attributes(), name, info, prefix, root);
  }

  /**
   * The script of a path below a {@code file:} target, or null if the path names no script.
   * Whatever might be one and cannot be looked at is refused, so that no handler behind it sends
   * its text.
   */
  static ScriptFile among(Exchange exchange, CgiView view, List<String> index)
      throws HandlerException {
    Match match = exchange.match();
    Place place = Place.of(match.route().target(), match, exchange.site().root());
    PathResolver resolver = new PathResolver(place.root(), LinkPolicy.ON, true);
    ResolvedPath found = resolver.resolve(place.path());
    String indexed = "";
    if (found.isDirectory() && isFolderPath(exchange.path())) {
      for (String name : index) {
        ResolvedPath member = resolver.resolve(place.path() + "/" + name);
        if (member.isFile() && member.pathInfo().isEmpty()) {
          indexed = name;
          found = member;
          break;
        }
      }
    }
    if (found.refusal() != null) {
      if (found.refusal().status() == 404) {
        return null;
      }
      throw found.failure();
    }
    if (!found.isFile() || !(isScript(found.name(), view) || isScript(found.path(), view))) {
      return null;
    }
    strict(view, place, found, indexed);
    ScriptFile script = script(exchange, view, found, place.root(), "");
    return new ScriptFile(
        script.path(),
        script.attributes(),
        indexed.isEmpty() ? script.name() : exchange.path() + indexed,
        script.pathInfo(),
        "",
        exchange.site().root());
  }

  /** It is a script; now hidden names and links count. */
  private static void strict(CgiView view, Place place, ResolvedPath found, String indexed)
      throws HandlerException {
    String path = indexed.isEmpty() ? place.path() : place.path() + "/" + indexed;
    ResolvedPath again = new PathResolver(place.root(), view.links, false).resolve(path);
    if (again.refusal() != null) {
      throw again.failure();
    }
    if (!found.path().equals(again.path())) {
      throw new HandlerException(503, "cgi-changed", found.path() + " is being replaced", null, 1);
    }
  }

  private static boolean isFolderPath(String path) {
    return path.isEmpty() || path.endsWith("/");
  }

  private static boolean isScript(Path path, CgiView view) {
    return isScript(path.getFileName().toString(), view);
  }

  static boolean isScript(String name, CgiView view) {
    for (String suffix : view.suffixes) {
      if (name.endsWith(suffix)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a segment of the path, or an index file, could be a script: saves looking. */
  static boolean mayBeScript(String path, List<String> index, CgiView view) {
    for (int start = 0; start <= path.length(); ) {
      int end = path.indexOf('/', start);
      end = end < 0 ? path.length() : end;
      for (String suffix : view.suffixes) {
        if (end - start >= suffix.length() && path.startsWith(suffix, end - suffix.length())) {
          return true;
        }
      }
      start = end + 1;
    }
    return isFolderPath(path) && index.stream().anyMatch(name -> isScript(name, view));
  }
}
