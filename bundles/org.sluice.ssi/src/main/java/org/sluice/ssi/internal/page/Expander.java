package org.sluice.ssi.internal.page;

import org.sluice.ssi.api.Expansion;

/** Replaces <code>$name</code> and <code>${name}</code> in a text; remembers whose words got in. */
final class Expander {
  private final Page page;
  private boolean client;

  Expander(Page page) {
    this.page = page;
  }

  /** Whether the last expansion took in what a client may have chosen. */
  boolean client() {
    return client;
  }

  String expand(String text, Expansion mode) {
    client = false;
    int first = first(text);
    if (first < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 32).append(text, 0, first);
    int at = first;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\' && at + 1 < text.length() && text.charAt(at + 1) == '$') {
        out.append('$');
        at += 2;
      } else if (c == '$') {
        at = variable(text, at, mode, out);
      } else {
        out.append(c);
        at++;
      }
    }
    return out.toString();
  }

  private static int first(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '$' || c == '\\') {
        return i;
      }
    }
    return -1;
  }

  /** Handles the dollar sign at {@code at}; gives the index behind what it took. */
  private int variable(String text, int at, Expansion mode, StringBuilder out) {
    boolean braces = at + 1 < text.length() && text.charAt(at + 1) == '{';
    int from = braces ? at + 2 : at + 1;
    int to = braces ? text.indexOf('}', from) : nameEnd(text, from);
    if (to < 0) {
      page.warn("'${' has no '}'");
      out.append(text, at, text.length());
      return text.length();
    }
    if (to == from) {
      out.append('$');
      return at + 1;
    }
    int end = braces ? to + 1 : to;
    String name = text.substring(from, to);
    boolean foreign = page.fromClient(name);
    String value = mode == Expansion.COMMAND && foreign ? null : page.variable(name);
    if (value != null) {
      client |= foreign;
      out.append(value);
    } else if (mode != Expansion.DROP_UNDEFINED) {
      out.append(text, at, end);
    }
    return end;
  }

  private static int nameEnd(String text, int from) {
    int i = from;
    while (i < text.length() && isName(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static boolean isName(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }
}
