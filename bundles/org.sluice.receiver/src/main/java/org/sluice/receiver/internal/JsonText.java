package org.sluice.receiver.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one JSON text (RFC 8259): objects as maps, arrays as lists, numbers as Long or Double.
 * Small on purpose, because the library has no dependencies; depth is limited.
 */
final class JsonText {
  private static final int DEEPEST = 32;

  private final String text;
  private int at;

  private JsonText(String text) {
    this.text = text;
  }

  /**
   * Parses.
   *
   * @throws IllegalArgumentException if it is no JSON object
   */
  @SuppressWarnings("unchecked") // An object's names are strings: that is what object() puts.
  static Map<String, Object> object(String text) {
    JsonText json = new JsonText(text);
    try {
      Object value = json.value(0);
      json.blanks();
      if (json.at != text.length() || !(value instanceof Map)) {
        throw json.wrong();
      }
      return (Map<String, Object>) value;
    } catch (StringIndexOutOfBoundsException | NumberFormatException e) {
      throw json.wrong();
    }
  }

  private IllegalArgumentException wrong() {
    return new IllegalArgumentException("no JSON object, at character " + at);
  }

  private void blanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private Object value(int depth) {
    if (depth > DEEPEST) {
      throw wrong();
    }
    blanks();
    char c = text.charAt(at);
    return switch (c) {
      case '{' -> map(depth);
      case '[' -> list(depth);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) {
      throw wrong();
    }
    at += word.length();
    return value;
  }

  private Object number() {
    int from = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String digits = text.substring(from, at);
    boolean whole = digits.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
    return whole ? (Object) Long.parseLong(digits) : (Object) Double.parseDouble(digits);
  }

  private Map<String, Object> map(int depth) {
    Map<String, Object> map = new LinkedHashMap<>();
    at++;
    blanks();
    while (text.charAt(at) != '}') {
      if (!map.isEmpty()) {
        expect(',');
      }
      blanks();
      String name = string();
      expect(':');
      map.put(name, value(depth + 1));
      blanks();
    }
    at++;
    return map;
  }

  private List<Object> list(int depth) {
    List<Object> list = new ArrayList<>();
    at++;
    blanks();
    while (text.charAt(at) != ']') {
      if (!list.isEmpty()) {
        expect(',');
      }
      list.add(value(depth + 1));
      blanks();
    }
    at++;
    return list;
  }

  private void expect(char c) {
    blanks();
    if (text.charAt(at) != c) {
      throw wrong();
    }
    at++;
  }

  private String string() {
    if (text.charAt(at) != '"') {
      throw wrong();
    }
    StringBuilder out = new StringBuilder();
    for (at++; text.charAt(at) != '"'; at++) {
      char c = text.charAt(at);
      if (c < ' ') {
        throw wrong();
      }
      out.append(c == '\\' ? escaped() : c);
    }
    at++;
    return out.toString();
  }

  private char escaped() {
    char c = text.charAt(++at);
    switch (c) {
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'u':
        char unit = (char) Integer.parseInt(text.substring(at + 1, at + 5), 16);
        at += 4;
        return unit;
      default:
        if ("\"\\/".indexOf(c) < 0) {
          throw wrong();
        }
        return c;
    }
  }
}
