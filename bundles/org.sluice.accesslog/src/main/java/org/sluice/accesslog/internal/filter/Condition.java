package org.sluice.accesslog.internal.filter;

import org.sluice.log.api.LogEntry;

/** Whether a line is written. Immutable; any thread. */
@FunctionalInterface
public interface Condition {
  /** Looks at an exchange that has ended. */
  boolean test(LogEntry entry);
}
