package org.sluice.testing;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Reads bytes as {@code http1.cases} writes them. */
final class WireText {
  private final String text;
  private final List<byte[]> segments = new ArrayList<>();
  private ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int at;

  private WireText(String text) {
    this.text = text;
  }

  static List<byte[]> parse(String text) {
    WireText reader = new WireText(text);
    reader.read(false);
    reader.segments.add(reader.out.toByteArray());
    return reader.segments;
  }

  private void read(boolean inside) {
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '~') {
        out.write('\r');
        out.write('\n');
      } else if (c == '§') {
        segments.add(out.toByteArray());
        out = new ByteArrayOutputStream();
      } else if (c == '\\') {
        out.write(escape(text.charAt(at++)));
      } else if (c == '{' && repetition() > 0) {
        repeat();
      } else if (c == '}' && inside) {
        return;
      } else {
        out.write(c);
      }
    }
  }

  private int escape(char c) {
    return switch (c) {
      case 'r' -> '\r';
      case 'n' -> '\n';
      case 't' -> '\t';
      case '0' -> 0;
      case '\\' -> '\\';
      case 'x' -> {
        at += 2;
        yield Integer.parseInt(text.substring(at - 2, at), 16);
      }
      default -> throw new IllegalArgumentException("no escape: \\" + c + " in " + text);
    };
  }

  /** Index of the star of {@code {n*text}} if this is one, else 0. */
  private int repetition() {
    int star = at;
    while (star < text.length() && Character.isDigit(text.charAt(star))) {
      star++;
    }
    return star > at && star < text.length() && text.charAt(star) == '*' ? star : 0;
  }

  private void repeat() {
    int star = repetition();
    int count = Integer.parseInt(text.substring(at, star));
    at = star + 1;
    ByteArrayOutputStream before = out;
    out = new ByteArrayOutputStream();
    read(true);
    byte[] once = out.toByteArray();
    out = before;
    for (int i = 0; i < count; i++) {
      out.writeBytes(once);
    }
  }
}
