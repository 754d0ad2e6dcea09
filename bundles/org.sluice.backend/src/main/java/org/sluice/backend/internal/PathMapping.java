package org.sluice.backend.internal;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.route.Match;

/**
 * Makes the path that a backend is asked for: the target's path and what of the request's path lies
 * behind the route's. Host and socket are never touched (T3), and what was decoded for matching is
 * encoded again (T4).
 */
final class PathMapping {
  private static final Logger LOG = LoggerFactory.getLogger(PathMapping.class);

  /** How the rest of the path is taken over. */
  enum Mode {
    /** Decoded once, normalised, encoded again. */
    DECODED,
    /** As the client wrote it; the route's path must be there without escapes. */
    ENCODED,
    /** As the client wrote it, path parameters included, but dot segments collapsed. */
    SERVLET
  }

  private PathMapping() {}

  /**
   * Path for the backend, from a slash on, without query. No slash is added or removed, except that
   * a path always has its first one. Of a regular expression's target without references the whole
   * path is appended.
   *
   * @param base path of the target, empty or from a slash on
   */
  static String path(Exchange exchange, BackendTarget target, String base, BackendOptions options)
      throws HandlerException {
    Match match = exchange.match();
    if (exchange.request().rawPath().equals("*")) {
      return "*";
    }
    String path;
    if (target.hasReferences()) {
      path = base + target.expand(match);
    } else {
      boolean regex = match.group(0) != null;
      String mapped = regex ? "" : match.route().mappedPath();
      path = base + target.path() + rest(exchange, mapped, options);
    }
    return path.isEmpty() || path.charAt(0) != '/' ? "/" + path : path;
  }

  private static String rest(Exchange exchange, String mapped, BackendOptions options)
      throws HandlerException {
    String raw = exchange.request().rawPath();
    if (options.mapping == Mode.SERVLET) {
      return servlet(raw, mapped);
    }
    boolean asIs = options.nocanon || options.mapping == Mode.ENCODED;
    if (asIs && raw.startsWith(mapped) && takes(mapped, raw)) {
      return raw.substring(mapped.length());
    }
    if (options.mapping == Mode.ENCODED) {
      throw new HandlerException(
          404, "no-route", "mapping=encoded: the path is not under " + mapped + " as written");
    }
    if (asIs && LOG.isWarnEnabled()) {
      LOG.warn(
          "{}: nocanon is ignored, because the path as written does not begin with {}",
          exchange.describeFailure(),
          mapped);
    }
    return decoded(exchange.path(), raw, mapped);
  }

  private static boolean takes(String mapped, String raw) {
    return mapped.endsWith("/")
        || mapped.length() == raw.length()
        || mapped.isEmpty()
        || raw.charAt(mapped.length()) == '/';
  }

  private static String decoded(String path, String raw, String mapped) {
    if (path.equals(raw) && PathCodec.isPlain(raw)) {
      return raw.substring(mapped.length());
    }
    String canonical = normalise(PathCodec.canonical(raw), false);
    if (canonical != null && path.equals(PathCodec.decode(canonical))) {
      return canonical.substring(encodedLength(canonical, mapped));
    }
    // A hook has changed the path: what it made counts, not what the client wrote.
    StringBuilder out = new StringBuilder();
    PathCodec.encode(path.substring(mapped.length()), out);
    return out.toString();
  }

  /** Length of the start of {@code canonical} that decodes to {@code prefix}. */
  private static int encodedLength(String canonical, String prefix) {
    StringBuilder encoded = new StringBuilder();
    int at = 0;
    while (at < canonical.length() && encoded.length() < prefix.length()) {
      int end = canonical.charAt(at) == '%' ? escapesEnd(canonical, at) : at + 1;
      String piece = PathCodec.decode(canonical.substring(at, end));
      encoded.append(piece);
      if (encoded.length() > prefix.length()) {
        // Several characters of one run of escapes: they are taken one by one.
        return at + escapesOf(canonical, at, prefix.length() - encoded.length() + piece.length());
      }
      at = end;
    }
    return at;
  }

  private static int escapesEnd(String text, int at) {
    int end = at;
    while (end < text.length() && text.charAt(end) == '%') {
      end += 3;
    }
    return end;
  }

  /** Length of the escapes from {@code at} on that stand for that many characters. */
  private static int escapesOf(String text, int at, int characters) {
    for (int end = at; end <= text.length(); end += 3) {
      String piece = PathCodec.decode(text.substring(at, end));
      if (piece != null && piece.length() == characters) {
        return end - at;
      }
    }
    return 0;
  }

  /**
   * RFC 3986 section 5.2.4, and slashes merged; null for a path above the root.
   *
   * @param parameters whether {@code ;…} counts as a part of its own, which stays with its segment
   */
  private static String normalise(String path, boolean parameters) {
    List<String> segments = segments(path, parameters);
    return segments == null ? null : String.join("", segments);
  }

  /** Segments with their leading slash; the last may be a slash alone. */
  private static List<String> segments(String path, boolean parameters) {
    List<String> out = new ArrayList<>();
    int at = 0;
    while (at < path.length()) {
      int end = path.indexOf('/', at + 1);
      end = end < 0 ? path.length() : end;
      boolean last = end == path.length();
      String segment = path.substring(at, end);
      String name = parameters ? withoutParameters(segment) : segment;
      if (name.equals("/..")) {
        if (out.isEmpty()) {
          return null;
        }
        out.remove(out.size() - 1);
        segment = "/";
      } else if (name.equals("/.") || (name.equals("/") && !last)) {
        segment = "/";
      } else {
        out.add(segment);
        at = end;
        continue;
      }
      if (last) {
        out.add(segment);
      }
      at = end;
    }
    return out;
  }

  private static String withoutParameters(String segment) {
    int semicolon = segment.indexOf(';');
    return semicolon < 0 ? segment : segment.substring(0, semicolon);
  }

  /**
   * What follows the route's path, with path parameters: those of the last matched segment too when
   * the route's path does not end in a slash.
   */
  private static String servlet(String raw, String mapped) throws HandlerException {
    List<String> segments = segments(PathCodec.canonical(raw), true);
    if (segments == null) {
      throw new HandlerException(404, "no-route", "the path leads above the root");
    }
    int matched = matched(segments, mapped);
    if (matched < 0) {
      // Only as text did it begin with the route's path: /app/..;/x is /x for the container.
      throw new HandlerException(
          404, "no-route", "mapping=servlet: without parameters the path is not under " + mapped);
    }
    StringBuilder out = new StringBuilder();
    if (matched > 0 && !mapped.endsWith("/")) {
      String last = segments.get(matched - 1);
      out.append(last, withoutParameters(last).length(), last.length());
    }
    for (int i = matched; i < segments.size(); i++) {
      out.append(segments.get(i));
    }
    boolean slashMatched = mapped.endsWith("/") && out.length() > 0;
    return slashMatched ? out.substring(1) : out.toString();
  }

  /** How many segments make up the route's path; -1 when they are others. */
  private static int matched(List<String> segments, String mapped) {
    String path = mapped.endsWith("/") ? mapped.substring(0, mapped.length() - 1) : mapped;
    int count = 0;
    for (int at = 0; at < path.length(); count++) {
      int end = path.indexOf('/', at + 1);
      end = end < 0 ? path.length() : end;
      if (count == segments.size()
          || !path.substring(at, end)
              .equals(PathCodec.decode(withoutParameters(segments.get(count))))) {
        return -1;
      }
      at = end;
    }
    return count;
  }
}
