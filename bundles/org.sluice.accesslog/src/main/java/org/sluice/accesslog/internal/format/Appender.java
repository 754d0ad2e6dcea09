package org.sluice.accesslog.internal.format;

/** One part of a compiled format. Immutable; any thread. */
interface Appender {
  /** Writes its part of the line. */
  void append(Entry entry, Line line);
}
