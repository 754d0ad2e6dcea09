package org.sluice.core.internal.dispatch;

import org.sluice.api.http.Headers;

/**
 * The forms of a built-in error answer, and which of them a client prefers (RFC 9110 section
 * 12.5.1): the highest weight, among equals the one it names most precisely, then the one it names
 * first, then the first here. A client that accepts none gets text: an error is better said than
 * negotiated.
 */
enum ErrorForm {
  /** Plain text. */
  TEXT("text", "plain", null, "text/plain; charset=utf-8"),
  /** HTML. */
  HTML("text", "html", null, "text/html; charset=utf-8"),
  /** Problem details; also for those that ask for JSON in general. */
  JSON("application", "problem+json", "json", "application/problem+json");

  private static final ErrorForm[] ALL = values();
  private static final int FULL = 1000;
  private static final int MOST_RANGES = 0xffff;

  private final String main;
  private final String sub;
  private final String otherSub;
  private final String type;

  ErrorForm(String main, String sub, String otherSub, String type) {
    this.main = main;
    this.sub = sub;
    this.otherSub = otherSub;
    this.type = type;
  }

  /** Value of {@code Content-Type}. */
  String type() {
    return type;
  }

  /** The form for a request with these fields. */
  static ErrorForm of(Headers request) {
    ErrorForm best = TEXT;
    long score = 0;
    for (ErrorForm form : ALL) {
      long own = form.score(request);
      if (own > score) {
        best = form;
        score = own;
      }
    }
    return best;
  }

  /** Weight, precision and place of the most precise range that covers the form; 0 for none. */
  private long score(Headers request) {
    int weight = 0;
    int precision = 0;
    int place = 0;
    int ranges = 0;
    for (int i = 0; i < request.size(); i++) {
      String value = request.name(i).equalsIgnoreCase("Accept") ? request.value(i) : "";
      for (int from = 0; from < value.length(); ) {
        int end = end(value, from, ',');
        int type = Math.min(end(value, from, ';'), end);
        int how = precision(value.substring(from, type).strip());
        ranges = Math.min(ranges + 1, MOST_RANGES);
        if (how > precision) {
          precision = how;
          weight = quality(value, type, end);
          place = ranges;
        }
        from = end + 1;
      }
    }
    return weight == 0 ? 0 : ((long) weight << 32) + (precision << 16) + MOST_RANGES - place;
  }

  private static int end(String text, int from, char until) {
    int at = text.indexOf(until, from);
    return at < 0 ? text.length() : at;
  }

  /** 3 for the very type, 2 for all of its kind, 1 for anything, 0 for another. */
  private int precision(String range) {
    if (range.equals("*/*")) {
      return 1;
    }
    int slash = range.indexOf('/');
    if (slash < 0 || !range.substring(0, slash).equalsIgnoreCase(main)) {
      return 0;
    }
    String rest = range.substring(slash + 1);
    if (rest.equals("*")) {
      return 2;
    }
    return rest.equalsIgnoreCase(sub) || rest.equalsIgnoreCase(otherSub) ? 3 : 0;
  }

  /** RFC 9110 section 12.4.2: {@code q=} 0 to 1 with up to three digits; 1 if there is none. */
  private static int quality(String value, int from, int end) {
    for (int at = from; at < end; ) {
      int next = Math.min(end(value, at + 1, ';'), end);
      String parameter = value.substring(at + 1, next).strip();
      if (parameter.length() > 2
          && (parameter.charAt(0) | 0x20) == 'q'
          && parameter.charAt(1) == '=') {
        return thousandths(parameter.substring(2));
      }
      at = next;
    }
    return FULL;
  }

  private static int thousandths(String text) {
    int value = 0;
    int scale = FULL;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (i == 1 && c == '.') {
        continue;
      }
      if (c < '0' || c > '9' || i > 4 || (i > 0 && text.charAt(1) != '.')) {
        return 0;
      }
      value += (c - '0') * scale;
      scale /= 10;
    }
    return Math.min(value, FULL);
  }
}
