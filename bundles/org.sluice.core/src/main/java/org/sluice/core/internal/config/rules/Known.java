package org.sluice.core.internal.config.rules;

import java.util.Set;

/** Which plug-ins are there now, so that a name nobody serves can be warned about. */
public interface Known {
  /** Schemes of the handlers that are there. */
  Set<String> schemes();

  /** Names of the flushers that are there. */
  Set<String> flushers();

  /** Names of the dialects that are there. */
  Set<String> dialects();

  /** Fixed sets. */
  static Known of(Set<String> schemes, Set<String> flushers, Set<String> dialects) {
    record Fixed(Set<String> schemes, Set<String> flushers, Set<String> dialects)
        implements Known {}
    return new Fixed(Set.copyOf(schemes), Set.copyOf(flushers), Set.copyOf(dialects));
  }
}
