package org.sluice.ssi.internal.text;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.sluice.ssi.internal.parse.Entities;

/**
 * Encodings and decodings of {@code echo} and {@code set}. Text holds one byte per character.
 * Decoding what cannot be decoded leaves it unchanged.
 */
public final class Codings {
  private static final String HEX = "0123456789abcdef";
  private static final boolean[] URL = table("$-_.+!*'(),:;@&=/~");
  private static final boolean[] FORM = table(".-*_");

  private Codings() {}

  private static boolean[] table(String others) {
    boolean[] kept = new boolean[128];
    for (char c = 0; c < 128; c++) {
      kept[c] =
          (c >= '0' && c <= '9')
              || (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || others.indexOf(c) >= 0;
    }
    return kept;
  }

  /**
   * Encodes.
   *
   * @param name {@code none, url, urlencoded, entity, base64}; case does not matter
   * @return null when the name is unknown
   */
  public static String encode(String name, String text) {
    return switch (name.toLowerCase(java.util.Locale.ROOT)) {
      case "none" -> text;
      case "entity" -> entity(text);
      case "url" -> percent(text, URL, false);
      case "urlencoded" -> percent(text, FORM, true);
      case "base64" -> latin(Base64.getEncoder().encode(bytes(text)));
      default -> null;
    };
  }

  /** Decodes; null when the name is unknown. */
  public static String decode(String name, String text, Entities entities) {
    return switch (name.toLowerCase(java.util.Locale.ROOT)) {
      case "none" -> text;
      case "entity" -> entities.decode(text);
      case "url" -> unpercent(text, false);
      case "urlencoded" -> unpercent(text, true);
      case "base64" -> unbase64(text);
      default -> null;
    };
  }

  /** {@code & < > " '} as character entities. */
  public static String entity(String text) {
    int n = text.length();
    for (int i = 0; i < n; i++) {
      if (special(text.charAt(i)) != null) {
        return entity(text, i);
      }
    }
    return text;
  }

  private static String entity(String text, int first) {
    StringBuilder out = new StringBuilder(text.length() + 32).append(text, 0, first);
    for (int i = first; i < text.length(); i++) {
      char c = text.charAt(i);
      String entity = special(c);
      if (entity == null) {
        out.append(c);
      } else {
        out.append(entity);
      }
    }
    return out.toString();
  }

  private static String special(char c) {
    return switch (c) {
      case '&' -> "&amp;";
      case '<' -> "&lt;";
      case '>' -> "&gt;";
      case '"' -> "&quot;";
      case '\'' -> "&#39;";
      default -> null;
    };
  }

  /** Percent encoding as of a path: what may stand in a URL stays. */
  public static String url(String text) {
    return percent(text, URL, false);
  }

  private static String percent(String text, boolean[] kept, boolean form) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 128 && kept[c]) {
        out.append(c);
      } else if (form && c == ' ') {
        out.append('+');
      } else {
        out.append('%').append(HEX.charAt(c >> 4 & 15)).append(HEX.charAt(c & 15));
      }
    }
    return out.toString();
  }

  /** Percent decoding; the text itself when an escape is broken or stands for NUL. */
  public static String unpercent(String text, boolean form) {
    if (text.indexOf('%') < 0 && !(form && text.indexOf('+') >= 0)) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        int high = i + 2 < text.length() ? digit(text.charAt(i + 1)) : -1;
        int low = i + 2 < text.length() ? digit(text.charAt(i + 2)) : -1;
        if (high < 0 || low < 0 || high + low == 0) {
          return text;
        }
        out.append((char) (high << 4 | low));
        i += 2;
      } else {
        out.append(form && c == '+' ? ' ' : c);
      }
    }
    return out.toString();
  }

  private static int digit(char c) {
    return c < 128 ? Character.digit(c, 16) : -1;
  }

  private static String unbase64(String text) {
    try {
      return latin(Base64.getDecoder().decode(bytes(text)));
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  /** One byte per character. */
  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** One character per byte. */
  public static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** The UTF-8 bytes of text of Java, one per character. */
  public static String utf8(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return latin(text.getBytes(StandardCharsets.UTF_8));
      }
    }
    return text;
  }

  /**
   * Each shell metacharacter with a backslash before it. Not safe for use in a shell; it is what
   * {@code QUERY_STRING_UNESCAPED} has always been.
   */
  public static String shellEscaped(String text) {
    StringBuilder out = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ("&;`'\"|*?~<>^()[]{}$\\\n\r%".indexOf(c) >= 0) {
        out.append('\\');
      }
      out.append(c);
    }
    return out.toString();
  }

  /** Text of a client for the log: nothing that could end a line or move a cursor. */
  public static String printable(String text) {
    StringBuilder out = new StringBuilder();
    int n = Math.min(text.length(), 300);
    for (int i = 0; i < n; i++) {
      char c = text.charAt(i);
      if (c < 0x20 || c > 0x7e || c == '\\') {
        out.append("\\x").append(HEX.charAt(c >> 4 & 15)).append(HEX.charAt(c & 15));
      } else {
        out.append(c);
      }
    }
    return n < text.length() ? out.append("…").toString() : out.toString();
  }
}
