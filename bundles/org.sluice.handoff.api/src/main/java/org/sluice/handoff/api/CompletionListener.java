package org.sluice.handoff.api;

import org.osgi.annotation.versioning.ConsumerType;

/** Wants to know of given streams that have ended: a service, found by the hand-off. */
@ConsumerType
public interface CompletionListener {

  /** A stream has ended. Called on an event loop; must not block. Each stream once. */
  void completed(Completion completion);
}
