package org.sluice.api.wire;

import java.nio.charset.StandardCharsets;

/** Classes of bytes in HTTP messages, and how bytes become text. */
public final class Grammar {
  private static final boolean[] TOKEN = new boolean[256];
  private static final boolean[] VALUE = new boolean[256];

  static {
    for (int c = 0; c < 256; c++) {
      TOKEN[c] =
          (c >= '0' && c <= '9')
              || (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
      VALUE[c] = c == '\t' || (c >= ' ' && c != 0x7f);
    }
  }

  private Grammar() {}

  /** Whether the byte is a {@code tchar} (RFC 9110 section 5.6.2). */
  public static boolean isToken(byte b) {
    return TOKEN[b & 0xff];
  }

  /** Whether the character is a {@code tchar} (RFC 9110 section 5.6.2). */
  public static boolean isToken(char c) {
    return c < 0x80 && TOKEN[c];
  }

  /** Whether the text is a {@code token}: not empty, and all of it {@code tchar}. */
  public static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isToken(text.charAt(i))) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** Whether the byte may stand in a field's value: visible, obs-text, blank (RFC 9110 5.5). */
  public static boolean isValue(byte b) {
    return VALUE[b & 0xff];
  }

  /** Whether the character may stand in a field's value; U+0080 to U+00FF are obs-text. */
  public static boolean isValue(char c) {
    return c < 0x100 && VALUE[c];
  }

  /** Whether all of the text may stand in a field's value; an empty one may. */
  public static boolean isValue(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isValue(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether the byte is SP or HTAB, of which {@code OWS} is made (RFC 9110 section 5.6.3). */
  public static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  /** Whether the character is SP or HTAB. */
  public static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  /** The text of bytes, which map one to one to U+0000 to U+00FF. Never null. */
  public static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }
}
