package org.sluice.log.api;

import org.osgi.annotation.versioning.ConsumerType;

/** One item of one format, ready to be written. Used by many threads at once. */
@ConsumerType
@FunctionalInterface
public interface LogValue {

  /**
   * Writes the value of an exchange. Called on the exchange's event loop when it has ended; must
   * not block, and should not allocate much. Writing nothing is an empty value. An exception costs
   * this value only: {@code -} is written and the failure is counted.
   */
  void write(LogEntry entry, LogOutput out);
}
