package org.sluice.receiver.internal;

import java.util.concurrent.atomic.LongAdder;
import org.sluice.receiver.ReceiverCounts;

/** The counters of one receiver; each outcome of a connection of the front adds to exactly one. */
public final class Counts implements ReceiverCounts {
  final LongAdder handedOff = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder withoutDescriptor = new LongAdder();
  final LongAdder severalDescriptors = new LongAdder();
  final LongAdder truncated = new LongAdder();
  final LongAdder notSockets = new LongAdder();
  final LongAdder silent = new LongAdder();
  final LongAdder malformed = new LongAdder();

  @Override
  public long handedOff() {
    return handedOff.sum();
  }

  @Override
  public long failed() {
    return failed.sum();
  }

  @Override
  public long withoutDescriptor() {
    return withoutDescriptor.sum();
  }

  @Override
  public long severalDescriptors() {
    return severalDescriptors.sum();
  }

  @Override
  public long truncated() {
    return truncated.sum();
  }

  @Override
  public long notSockets() {
    return notSockets.sum();
  }

  @Override
  public long silent() {
    return silent.sum();
  }

  @Override
  public long malformed() {
    return malformed.sum();
  }

  @Override
  public String toString() {
    return "handedOff="
        + handedOff
        + " failed="
        + failed
        + " withoutDescriptor="
        + withoutDescriptor
        + " severalDescriptors="
        + severalDescriptors
        + " truncated="
        + truncated
        + " notSockets="
        + notSockets
        + " silent="
        + silent
        + " malformed="
        + malformed;
  }
}
