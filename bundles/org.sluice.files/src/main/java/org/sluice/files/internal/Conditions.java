package org.sluice.files.internal;

import java.time.Instant;
import org.sluice.api.http.Headers;

/**
 * The fields of a request that decide between the whole, a part and nothing of a file: conditions
 * (RFC 9110 section 13) and the range. Collected in one pass over the fields; most requests have
 * none of them.
 */
final class Conditions {
  /** What the conditions come to. */
  enum Result {
    /** Answer as if there were none. */
    GO_ON,
    /** 304. */
    NOT_MODIFIED,
    /** 412. */
    FAILED
  }

  private String match;
  private String noneMatch;
  private String modifiedSince;
  private String unmodifiedSince;
  private String ifRange;
  private String range;

  private Conditions() {}

  /** The conditions of a request, or null when it has none. */
  static Conditions of(Headers headers) {
    Conditions found = null;
    for (int i = 0, n = headers.size(); i < n; i++) {
      String name = headers.name(i);
      int first = name.charAt(0) | 0x20;
      if (first == 'i' || (first == 'r' && name.length() == 5)) {
        if (found == null) {
          found = new Conditions();
        }
        found.take(name, headers.value(i));
      }
    }
    return found;
  }

  private void take(String name, String value) {
    switch (name.length()) {
      case 5 -> {
        if (name.equalsIgnoreCase("Range")) {
          // Repeated, it is no range that anybody can have meant: an empty one is ignored.
          range = range == null ? value : "";
        }
      }
      case 8 -> {
        if (name.equalsIgnoreCase("If-Match")) {
          match = joined(match, value);
        } else if (name.equalsIgnoreCase("If-Range")) {
          ifRange = ifRange == null ? value : "";
        }
      }
      case 13 -> {
        if (name.equalsIgnoreCase("If-None-Match")) {
          noneMatch = joined(noneMatch, value);
        }
      }
      case 17 -> {
        if (name.equalsIgnoreCase("If-Modified-Since")) {
          modifiedSince = modifiedSince == null ? value : "";
        }
      }
      case 19 -> {
        if (name.equalsIgnoreCase("If-Unmodified-Since")) {
          unmodifiedSince = unmodifiedSince == null ? value : "";
        }
      }
      default -> {
        // Another field.
      }
    }
  }

  private static String joined(String former, String value) {
    return former == null ? value : former + "," + value;
  }

  /**
   * Evaluates in the order of RFC 9110 section 13.2.2, for GET and HEAD of what exists.
   *
   * @param tag strong entity tag of what would be sent
   * @param modified its Last-Modified in seconds since 1970
   */
  Result evaluate(String tag, long modified) {
    if (match != null) {
      if (!EntityTags.match(match, tag, true)) {
        return Result.FAILED;
      }
    } else if (unmodifiedSince != null) {
      long date = HttpDate.parse(unmodifiedSince);
      if (date != HttpDate.NONE && modified > date) {
        return Result.FAILED;
      }
    }
    if (noneMatch != null) {
      return EntityTags.match(noneMatch, tag, false) ? Result.NOT_MODIFIED : Result.GO_ON;
    }
    if (modifiedSince != null) {
      long date = HttpDate.parse(modifiedSince);
      if (date != HttpDate.NONE && modified <= date) {
        return Result.NOT_MODIFIED;
      }
    }
    return Result.GO_ON;
  }

  /**
   * The range to serve, or null for the whole (RFC 9110 section 13.1.5): with {@code If-Range} only
   * if it names exactly what would be sent. A date does so only if it is a strong validator, that
   * is at least a second old (section 8.8.2.2).
   */
  String range(String tag, String lastModified, long modified) {
    if (range == null || ifRange == null) {
      return range;
    }
    boolean same;
    if (ifRange.startsWith("\"") || ifRange.startsWith("W/")) {
      same = ifRange.equals(tag);
    } else {
      same = ifRange.equals(lastModified) && Instant.now().getEpochSecond() > modified;
    }
    return same ? range : null;
  }
}
