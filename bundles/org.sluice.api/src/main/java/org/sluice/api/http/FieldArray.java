package org.sluice.api.http;

import org.sluice.api.wire.Grammar;

/**
 * Fields in one flat array: name, value, name, value. Also the one place that judges names and
 * values.
 */
final class FieldArray implements Headers {
  static final Headers EMPTY = new FieldArray(new String[0]);

  private final String[] fields;

  FieldArray(String[] fields) {
    this.fields = fields;
  }

  @Override
  public int size() {
    return fields.length >> 1;
  }

  @Override
  public String name(int index) {
    return fields[index << 1];
  }

  @Override
  public String value(int index) {
    return fields[(index << 1) + 1];
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
    return text.toString();
  }

  /** RFC 9110 section 5.6.2: token = 1*tchar. */
  static String checkName(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a field name must not be empty");
    }
    if (!Grammar.isToken(name)) {
      throw new IllegalArgumentException("a field name must be a token: " + printable(name));
    }
    return name;
  }

  /** RFC 9110 section 5.5: visible characters, obs-text, blank and tab. */
  static String checkValue(String name, String value) {
    if (!Grammar.isValue(value)) {
      throw new IllegalArgumentException(
          "the value of " + name + " holds a forbidden character: " + printable(value));
    }
    return value;
  }

  private static String printable(String text) {
    StringBuilder out = new StringBuilder("'");
    for (int i = 0; i < Math.min(text.length(), 60); i++) {
      char c = text.charAt(i);
      if (c < 0x20 || c > 0x7e) {
        out.append("\\u").append(Integer.toHexString(0x10000 | c), 1, 5);
      } else {
        out.append(c);
      }
    }
    return out.append('\'').toString();
  }
}
