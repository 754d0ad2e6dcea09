package org.sluice.fdpass.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.sluice.api.http.HandlerException;

/**
 * The sockets that a target {@code fd:…} names. Only what stands in the route file counts; nothing
 * of a request ever becomes part of a path.
 */
final class FdTarget {
  /** Room for the path in {@code sockaddr_un} on Linux, without the closing NUL (unix(7)). */
  static final int LONGEST_PATH = 107;

  /** As many receivers as a bit set of one word holds. */
  static final int MOST_SOCKETS = 64;

  private FdTarget() {}

  /**
   * Parses what follows {@code fd:}, for example {@code run/a.sock,run/b.sock} or {@code
   * ///run/a.sock}.
   *
   * @throws IllegalArgumentException with a message that names the target and what is allowed
   */
  static List<String> parse(String rest) {
    Set<String> sockets = new LinkedHashSet<>();
    for (String part : rest.split(",", -1)) {
      sockets.add(socket(part.strip(), rest));
    }
    if (sockets.size() > MOST_SOCKETS) {
      throw refused(rest, "names " + sockets.size() + " sockets, at most " + MOST_SOCKETS);
    }
    return new ArrayList<>(sockets);
  }

  /**
   * One path that an application names.
   *
   * @param field where it names it, for the message
   */
  static String parse(String path, String field) throws HandlerException {
    try {
      return socket(path, path);
    } catch (IllegalArgumentException e) {
      throw new HandlerException(500, "fd-target", field + ": " + e.getMessage());
    }
  }

  private static String socket(String part, String rest) {
    String path = part;
    if (path.startsWith("//")) {
      if (!path.startsWith("///")) {
        throw refused(rest, "has a host part; a path is fd:run/app.sock or fd:/run/app.sock");
      }
      path = path.substring(2);
    }
    if (path.isEmpty()) {
      throw refused(rest, "names no socket; a target is for example fd:run/app.sock");
    }
    if (path.indexOf('\0') >= 0) {
      throw refused(rest, "holds a NUL");
    }
    for (String segment : path.split("/", -1)) {
      if (segment.equals("..")) {
        throw refused(rest, "holds '..'; write the path without it");
      }
    }
    int length = path.getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_PATH) {
      throw refused(
          rest,
          "has a path of "
              + length
              + " bytes, at most "
              + LONGEST_PATH
              + " (a path relative to the base is shorter)");
    }
    return path;
  }

  private static IllegalArgumentException refused(String rest, String why) {
    return new IllegalArgumentException("target fd:" + rest.replace('\0', '?') + " " + why);
  }
}
