package org.sluice.files.internal;

import org.sluice.api.http.Headers;

/** What a request accepts of content codings (RFC 9110 section 12.5.3). */
final class Codings {
  private Codings() {}

  /** All {@code Accept-Encoding} fields as one list; empty when there is none. */
  static String accepted(Headers request) {
    String list = "";
    for (int i = 0, n = request.size(); i < n; i++) {
      if (request.name(i).equalsIgnoreCase("Accept-Encoding")) {
        list = list.isEmpty() ? request.value(i) : list + "," + request.value(i);
      }
    }
    return list;
  }

  /**
   * Weight of a coding in thousandths. What is named counts most, then {@code *}; {@code identity}
   * is acceptable unless it is refused, but least: a client that names another one likes that more.
   */
  static int weight(String list, String coding) {
    int any = -1;
    for (int from = 0; from < list.length(); ) {
      int comma = list.indexOf(',', from);
      int end = comma < 0 ? list.length() : comma;
      int semicolon = list.indexOf(';', from);
      int nameEnd = semicolon < 0 || semicolon > end ? end : semicolon;
      String name = list.substring(from, nameEnd).strip();
      if (name.equalsIgnoreCase(coding)
          || (coding.equals("gzip") && name.equalsIgnoreCase("x-gzip"))) {
        return quality(list, nameEnd, end);
      }
      if (name.equals("*")) {
        any = quality(list, nameEnd, end);
      }
      from = end + 1;
    }
    if (coding.equals("identity")) {
      return any == 0 ? 0 : 1;
    }
    return Math.max(any, 0);
  }

  /** The weight in {@code ;q=0.5} (section 12.4.2); 0 for what cannot be read. */
  private static int quality(String list, int from, int end) {
    String text = list.substring(from, end).strip();
    if (text.isEmpty()) {
      return 1000;
    }
    text = text.substring(1).strip();
    if (text.length() < 3 || (text.charAt(0) | 0x20) != 'q' || text.charAt(1) != '=') {
      return 0;
    }
    int value = 0;
    int scale = 1000;
    for (int i = 2; i < text.length(); i++) {
      char c = text.charAt(i);
      if (i == 3 && c == '.') {
        continue;
      }
      if (c < '0' || c > '9' || i > 6) {
        return 0;
      }
      value += (c - '0') * scale;
      scale /= 10;
    }
    return Math.min(value, 1000);
  }
}
