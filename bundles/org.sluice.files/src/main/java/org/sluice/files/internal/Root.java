package org.sluice.files.internal;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.sluice.api.file.PathResolver;
import org.sluice.api.http.HandlerException;
import org.sluice.api.route.Match;
import org.sluice.api.route.Route;

/**
 * The folder that a route's target names, and how a request's path becomes a path below it.
 *
 * @param route the route
 * @param resolver of the folder
 * @param template with {@code $n} for groups of {@code match=}, or null: the path behind the route
 * @param entries what is in memory of it
 */
record Root(Route route, PathResolver resolver, String template, FileCache.Region entries) {

  /**
   * Reads the target: {@code file:} (the site's root), {@code file:dir} (from the base, which is
   * the working directory), {@code file:/dir}, {@code file:///dir}; {@code file:dir/$1.html}.
   */
  static Root of(Route route, FilesView view, FileCache cache) throws HandlerException {
    String rest = route.target().rest();
    if (rest.startsWith("//")) {
      if (!rest.startsWith("///")) {
        throw bad(route, "a folder has no host");
      }
      rest = rest.substring(2);
    }
    String template = null;
    int group = groupAt(rest, 0);
    if (group >= 0) {
      int slash = rest.lastIndexOf('/', group);
      if (slash < 0) {
        throw bad(route, "a folder must stand before $" + rest.charAt(group + 1));
      }
      template = rest.substring(slash + 1);
      rest = rest.substring(0, slash + 1);
    }
    try {
      Path folder = rest.isEmpty() ? route.site().root() : Path.of(rest);
      PathResolver resolver = new PathResolver(folder, view.links, view.dotFiles);
      return new Root(route, resolver, template, cache.region());
    } catch (InvalidPathException e) {
      throw bad(route, "no file can have this name: " + e.getReason());
    }
  }

  private static HandlerException bad(Route route, String why) {
    return new HandlerException(
        500,
        "bad-target",
        "route "
            + route.name()
            + ": target="
            + route.target()
            + ": "
            + why
            + "; allowed are file:, file:dir, file:/dir and file:dir/$1");
  }

  /** Index of the next {@code $} with a digit behind it, or -1. */
  private static int groupAt(String text, int from) {
    for (int i = text.indexOf('$', from); i >= 0; i = text.indexOf('$', i + 1)) {
      if (i + 1 < text.length() && Character.digit(text.charAt(i + 1), 10) >= 0) {
        return i;
      }
    }
    return -1;
  }

  /** The path below the folder that a request names, decoded. */
  String path(Match match) {
    if (template == null) {
      return match.rest();
    }
    StringBuilder out = new StringBuilder();
    int from = 0;
    for (int i = groupAt(template, 0); i >= 0; i = groupAt(template, from)) {
      String text = match.group(template.charAt(i + 1) - '0');
      out.append(template, from, i).append(text == null ? "" : text);
      from = i + 2;
    }
    return out.append(template, from, template.length()).toString();
  }
}
