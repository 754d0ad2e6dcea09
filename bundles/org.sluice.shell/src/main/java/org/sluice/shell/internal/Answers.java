package org.sluice.shell.internal;

import org.sluice.api.status.Table;

/** Turns a table into what the operator asked for. */
final class Answers {
  private static final int UNLIMITED = 1_000_000;

  private Answers() {}

  /**
   * The text of an answer, without a line end at its end.
   *
   * @param report whether the table is a report, of which nothing may be cut off
   */
  static String of(Table table, Query query, boolean report) {
    if (query.json()) {
      return TableJson.of(table);
    }
    int width = query.wide() ? UNLIMITED : TableText.WIDTH;
    return report ? TableText.wrapped(table, width) : TableText.shortened(table, width);
  }
}
