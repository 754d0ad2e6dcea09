package org.sluice.accesslog.internal.format;

import java.util.Map;
import org.sluice.log.api.LogItem;

/** The items that serve at one moment, by name. Immutable. */
public interface ItemTable {
  /** The item of that name, or null. */
  LogItem find(String name);

  /** Of a fixed map. */
  static ItemTable of(Map<String, LogItem> items) {
    Map<String, LogItem> copy = Map.copyOf(items);
    return copy::get;
  }
}
