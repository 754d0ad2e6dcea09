package org.sluice.api.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.sluice.api.config.Options;

/**
 * What a route adds to, sets in and removes from the fields of a message: the options {@code
 * header.NAME} and {@code header.add.NAME} (add), {@code header.set.NAME} (replace) and {@code
 * header.remove.NAME=on} for responses, the same behind {@code header.request.} for what is sent to
 * backends. {@code header.response.} may be written for responses. A field that a message has once
 * only, as RFC 9110 says of {@code Content-Type}, is replaced by what would add to it. Immutable
 * and thread-safe; nothing in it is null.
 *
 * <p>The core applies those of responses to every final response of a route and to every error page
 * of its own; a plug-in needs them only where it writes a head by itself, as a flusher does.
 */
public final class HeaderEdits {
  private static final String FAMILY = "header.";
  private static final String REQUEST = "request.";
  private static final String RESPONSE = "response.";

  /** Fields that are no lists: two of them mean nothing (RFC 9110 section 5.3, RFC 9111). */
  private static final Set<String> ONCE =
      names(
          "Age",
          "Authorization",
          "Content-Disposition",
          "Content-Length",
          "Content-Location",
          "Content-Range",
          "Content-Type",
          "Date",
          "ETag",
          "Expires",
          "From",
          "If-Modified-Since",
          "If-Range",
          "If-Unmodified-Since",
          "Last-Modified",
          "Location",
          "Max-Forwards",
          "Proxy-Authorization",
          "Referer",
          "Retry-After",
          "Server",
          "User-Agent");

  /** Fields that tell what the content is and how it is to be read (RFC 9110 section 8). */
  private static final Set<String> OF_CONTENT =
      names(
          "Content-Disposition",
          "Content-Encoding",
          "Content-Language",
          "Content-Length",
          "Content-Location",
          "Content-Range",
          "Content-Type");

  private final Set<String> removed = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
  private final List<String> written;

  private HeaderEdits(Map<String, String> family, String prefix, Predicate<String> also) {
    List<String> fields = new ArrayList<>();
    family.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            read(key.substring(prefix.length()), value, fields);
          } else if (also.test(key)) {
            read(key, value, fields);
          }
        });
    written = List.copyOf(fields);
  }

  private static Set<String> names(String... names) {
    Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    set.addAll(List.of(names));
    return Collections.unmodifiableSet(set);
  }

  /**
   * Those of requests to backends.
   *
   * @param options of a route or site
   */
  public static HeaderEdits ofRequests(Options options) {
    return new HeaderEdits(options.family(FAMILY), REQUEST, key -> false);
  }

  /**
   * Those of responses to clients.
   *
   * @param options of a route or site
   */
  public static HeaderEdits ofResponses(Options options) {
    return new HeaderEdits(options.family(FAMILY), RESPONSE, key -> !key.startsWith(REQUEST));
  }

  private void read(String key, String value, List<String> fields) {
    int dot = key.indexOf('.');
    String verb = dot < 0 ? "" : key.substring(0, dot).toLowerCase(Locale.ROOT);
    boolean known = verb.equals("add") || verb.equals("set") || verb.equals("remove");
    String name = known ? key.substring(dot + 1) : key;
    boolean drops = verb.equals("set") || (verb.equals("remove") && !value.equals("off"));
    boolean once = ONCE.contains(name) && !verb.equals("remove");
    if (drops || once) {
      removed.add(name);
    }
    for (int i = fields.size() - 2; once && i >= 0; i -= 2) {
      if (fields.get(i).equalsIgnoreCase(name)) {
        fields.subList(i, i + 2).clear();
      }
    }
    if (!verb.equals("remove")) {
      fields.add(name);
      fields.add(value);
    }
  }

  /** Whether they change nothing. */
  public boolean isEmpty() {
    return removed.isEmpty() && written.isEmpty();
  }

  /** Whether fields of this name, in any case, are dropped from the message as it came. */
  public boolean removes(String name) {
    return removed.contains(name);
  }

  /** Names and values to write behind what was left, in turn; unmodifiable. */
  public List<String> written() {
    return written;
  }

  /**
   * The fields without what is removed, and with what is written.
   *
   * @throws IllegalArgumentException if a name or value is none (RFC 9110 sections 5.1, 5.5), which
   *     the check of the configuration prevents
   */
  public Headers apply(Headers fields) {
    return apply(fields, Set.of());
  }

  /**
   * The same for an error page, whose content is not the route's: fields that describe the content
   * ({@code Content-Type}, {@code Content-Encoding}, …) stay as they are.
   *
   * @throws IllegalArgumentException as {@link #apply(Headers)}
   */
  public Headers applyToError(Headers fields) {
    return apply(fields, OF_CONTENT);
  }

  private Headers apply(Headers fields, Set<String> kept) {
    Headers.Builder out = Headers.builder();
    for (int i = 0, n = fields.size(); i < n; i++) {
      String name = fields.name(i);
      if (!removes(name) || kept.contains(name)) {
        out.add(name, fields.value(i));
      }
    }
    for (int i = 0; i < written.size(); i += 2) {
      if (!kept.contains(written.get(i))) {
        out.add(written.get(i), written.get(i + 1));
      }
    }
    return out.build();
  }
}
