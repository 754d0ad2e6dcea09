package org.sluice.ssi.internal.element;

import org.sluice.ssi.api.SsiAttribute;
import org.sluice.ssi.api.SsiException;
import org.sluice.ssi.internal.page.Page;

/**
 * What {@code file=} and {@code virtual=} name, as the target of a subrequest. The values may hold
 * what a client sent: nothing of it is decoded here, the front decodes and normalises every path
 * once (T4), and nothing that ends a line gets through.
 */
public final class Targets {
  private static final String HEX = "0123456789abcdef";

  private Targets() {}

  /**
   * The target of {@code virtual}, {@code onerror}: a path of this site, with an optional query.
   */
  static String virtual(Page page, SsiAttribute attribute) throws SsiException {
    return virtual(attribute.name(), page.expand(attribute.value()));
  }

  /** The target of a URL. */
  public static String virtual(String name, String url) throws SsiException {
    int hash = url.indexOf('#');
    String text = hash < 0 ? url : url.substring(0, hash);
    if (text.isEmpty() || text.charAt(0) == ' ') {
      throw new SsiException(name + "=\"" + url + "\": a path is missing");
    }
    if (text.startsWith("//") || hasScheme(text)) {
      throw new SsiException(name + "=\"" + url + "\": a path of this site is allowed only");
    }
    return encoded(name, text, true);
  }

  private static boolean hasScheme(String text) {
    int colon = text.indexOf(':');
    if (colon <= 0) {
      return false;
    }
    for (int i = 0; i < colon; i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'))) {
        return false;
      }
    }
    return true;
  }

  /** The target of {@code file}: a path below the document's folder, not encoded, no query. */
  static String file(Page page, SsiAttribute attribute) throws SsiException {
    return file(attribute.name(), page.expand(attribute.value()));
  }

  /** The target of a path. */
  public static String file(String name, String path) throws SsiException {
    if (path.isEmpty() || path.charAt(0) == '/') {
      throw new SsiException(name + "=\"" + path + "\": must be relative to the document");
    }
    int depth = 0;
    for (String segment : path.split("/", -1)) {
      if (segment.equals("..")) {
        depth--;
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        depth++;
      }
      if (depth < 0) {
        throw new SsiException(name + "=\"" + path + "\": leads out of the document's folder");
      }
    }
    return encoded(name, path, false);
  }

  private static String encoded(String name, String text, boolean url) throws SsiException {
    StringBuilder out = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == 0x7f) {
        throw new SsiException(name + "=\"" + text + "\": holds a control character");
      }
      boolean plain = url ? "\"<>\\^`{|} ".indexOf(c) < 0 : "\"<>\\^`{|} %?#;".indexOf(c) < 0;
      if (c < 0x7f && plain) {
        out.append(c);
      } else {
        out.append('%').append(HEX.charAt(c >> 4 & 15)).append(HEX.charAt(c & 15));
      }
    }
    return out.toString();
  }
}
