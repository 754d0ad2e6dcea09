package org.sluice.shell.internal;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Values of the status snapshot as text that is safe to show on a terminal. */
final class Text {
  private static final String ELLIPSIS = "…";

  private Text() {}

  /** A value as a cell: {@code -} for null, {@code yes} and {@code no}, lists with commas. */
  static String of(Object value) {
    if (value == null) {
      return "-";
    }
    if (value instanceof Boolean flag) {
      return flag ? "yes" : "no";
    }
    if (value instanceof Double number) {
      return String.format(Locale.ROOT, "%.2f", number);
    }
    if (value instanceof List<?> list) {
      return list.isEmpty() ? "-" : list.stream().map(Text::of).collect(Collectors.joining(", "));
    }
    return printable(value.toString());
  }

  /**
   * Escapes control characters: values may hold bytes of clients and receivers, which must not
   * reach the terminal as commands, nor break a row.
   */
  static String printable(String text) {
    if (text.codePoints().noneMatch(Character::isISOControl)) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (c == '\n') {
                out.append("\\n");
              } else if (Character.isISOControl(c)) {
                out.append(String.format("\\x%02x", c));
              } else {
                out.appendCodePoint(c);
              }
            });
    return out.toString();
  }

  /** Width in characters as a person counts them; wide scripts count as one. */
  static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  /**
   * At most {@code width} characters, an ellipsis where something was left out: in the middle of
   * paths and addresses, whose ends tell the most, else at the end.
   */
  static String shorten(String text, int width) {
    int length = width(text);
    if (length <= width) {
      return text;
    }
    boolean path = text.indexOf('/') >= 0 && text.indexOf(' ') < 0;
    int tail = path ? (width - 1) * 2 / 3 : 0;
    int head = width - 1 - tail;
    return text.substring(0, text.offsetByCodePoints(0, head))
        + ELLIPSIS
        + text.substring(text.offsetByCodePoints(0, length - tail));
  }

  /** The message of a failure, or the name of its class when it has none. */
  static String message(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
  }
}
