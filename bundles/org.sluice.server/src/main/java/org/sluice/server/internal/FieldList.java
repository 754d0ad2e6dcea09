package org.sluice.server.internal;

import org.sluice.api.http.Headers;

/** Fields of a request in one flat array: name, value, name, value. Judged by the parser. */
final class FieldList implements Headers {
  private final String[] fields;

  /** Takes over {@code fields}. */
  FieldList(String[] fields) {
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
}
