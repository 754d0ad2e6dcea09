package org.sluice.core.internal.config.keys;

import java.nio.file.Path;
import java.util.List;
import org.sluice.api.wire.Grammar;

/** Rules of single keys beyond type and range. */
final class CoreChecks {
  private CoreChecks() {}

  /** {@code error.404=/404.html}. */
  static void errorPage(String name, Object value) throws BadValueException {
    if (!name.matches("[45][0-9][0-9]")) {
      throw new BadValueException("the key is error. and a status from 400 to 599");
    }
    if (!((String) value).startsWith("/")) {
      throw new BadValueException("an error page is a path of the site, for example /404.html");
    }
  }

  /** {@code on}, {@code off}, {@code 404}, {@code 500-599}. */
  static void statuses(String name, Object value) throws BadValueException {
    for (Object part : (List<?>) value) {
      String text = (String) part;
      boolean range = text.matches("[1-5][0-9][0-9](-[1-5][0-9][0-9])?");
      boolean word = !text.isEmpty() && List.of("on", "off").contains(text);
      if (!range && !word) {
        throw new BadValueException(
            "allowed are on, off, statuses and ranges of statuses such as 500-599: " + text);
      }
    }
  }

  /**
   * {@code header.X-Frame-Options=DENY}; for backends also {@code header.set.NAME}, {@code
   * header.request.remove.NAME} and the like.
   */
  static void header(String key, Object value) throws BadValueException {
    String name = key;
    for (String prefix : List.of("request.", "response.", "add.", "set.", "remove.")) {
      boolean there = name.regionMatches(true, 0, prefix, 0, prefix.length());
      name = there ? name.substring(prefix.length()) : name;
    }
    if (!Grammar.isToken(name)) {
      throw new BadValueException("the key is header. and a field name (RFC 9110 section 5.1)");
    }
    String lower = name.toLowerCase(java.util.Locale.ROOT);
    if (List.of("content-length", "transfer-encoding", "connection", "trailer", "upgrade")
        .contains(lower)) {
      throw new BadValueException("the server sets this field itself");
    }
    fieldValue(name, value);
  }

  /** A field's value: no control characters but the tab, nothing beyond Latin-1. */
  static void fieldValue(String name, Object value) throws BadValueException {
    if (!((String) value).chars().allMatch(c -> c == '\t' || (c >= ' ' && c < 0x7f))) {
      throw new BadValueException("a field's value is printable ASCII (RFC 9110 section 5.5)");
    }
  }

  /** A name such as {@code utf-8} (RFC 9110 section 5.6.2). */
  static void token(String name, Object value) throws BadValueException {
    if (!((String) value).isEmpty() && !Grammar.isToken((String) value)) {
      throw new BadValueException("a name of letters, digits and -._, for example utf-8");
    }
  }

  /** {@code cookie:room}, {@code header:X-Room}, {@code address}, {@code path:2}. */
  static void hash(String name, Object value) throws BadValueException {
    String text = (String) value;
    int colon = text.indexOf(':');
    String head = colon < 0 ? text : text.substring(0, colon);
    String rest = colon < 0 ? "" : text.substring(colon + 1);
    boolean good =
        switch (head) {
          case "cookie", "header" -> Grammar.isToken(rest);
          case "path" -> rest.matches("[1-9][0-9]?");
          case "address" -> colon < 0;
          default -> false;
        };
    if (!good) {
      throw new BadValueException(
          "allowed are cookie:NAME, header:NAME, address and path:N (number of segments, 1 to 99)");
    }
  }

  /** Absolute prefixes without detours. */
  static void allowed(String name, Object value) throws BadValueException {
    for (Object part : (List<?>) value) {
      Path path = Path.of((String) part);
      if (!path.normalize().equals(path)) {
        throw new BadValueException("a prefix has no . or .. segments: " + part);
      }
    }
  }

  /** The name a plug-in announces itself by. */
  static void pluginName(String name, Object value) throws BadValueException {
    if (!((String) value).matches("[A-Za-z0-9._-]+")) {
      throw new BadValueException("a name is letters, digits, '-', '_' and '.'");
    }
  }

  /** File names, not paths. */
  static void index(String name, Object value) throws BadValueException {
    for (Object part : (List<?>) value) {
      if (((String) part).indexOf('/') >= 0 || part.equals("..") || part.equals(".")) {
        throw new BadValueException("index names files, without /: " + part);
      }
    }
  }
}
