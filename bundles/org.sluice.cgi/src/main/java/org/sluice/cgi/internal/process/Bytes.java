package org.sluice.cgi.internal.process;

import java.nio.charset.StandardCharsets;

/**
 * Texts that hold one byte per character: what programs get and give, whatever its encoding. Paths
 * of Java are UTF-8 there, as the launcher sees to.
 */
public final class Bytes {
  private Bytes() {}

  /** One byte per character for a text of Java. */
  public static String of(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
      }
    }
    return text;
  }

  /** The text that these bytes are in UTF-8; undecodable ones are replaced. */
  public static String toText(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** For a log: control characters and bytes above 0x7e escaped as {@code \xHH}. */
  public static String printable(String bytes, int most) {
    StringBuilder out = new StringBuilder(Math.min(bytes.length(), most) + 8);
    for (int i = 0; i < Math.min(bytes.length(), most); i++) {
      escape(out, bytes.charAt(i));
    }
    return bytes.length() > most ? out.append("...").toString() : out.toString();
  }

  /** Appends one byte as {@link #printable} does. */
  public static void escape(StringBuilder out, int b) {
    if (b == '\t' || (b >= 0x20 && b < 0x7f && b != '\\')) {
      out.append((char) b);
    } else if (b == '\\') {
      out.append("\\\\");
    } else {
      out.append("\\x").append(Character.forDigit(b >> 4 & 15, 16));
      out.append(Character.forDigit(b & 15, 16));
    }
  }
}
