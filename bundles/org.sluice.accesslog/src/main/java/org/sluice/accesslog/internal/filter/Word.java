package org.sluice.accesslog.internal.filter;

import org.sluice.log.api.LogEntry;

/** A part of an expression that has a text. Immutable. */
interface Word {
  /** Its text for that exchange; never null. */
  String of(LogEntry entry);
}
