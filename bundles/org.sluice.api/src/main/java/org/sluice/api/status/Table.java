package org.sluice.api.status;

import java.util.List;

/**
 * A table of the status snapshot.
 *
 * @param columns names in lower case, words joined by {@code -}
 * @param rows as many values as columns each; values are String, Long, Integer, Double, Boolean,
 *     null or a List of such
 */
public record Table(List<String> columns, List<List<Object>> rows) {
  /** Copies both lists. */
  public Table {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }
}
