package org.sluice.core.internal.config.rules;

import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Which plug-ins are there now, so that a name nobody serves can be warned about. */
public interface Known {
  /** Schemes of the handlers that are there. */
  Set<String> schemes();

  /** Names of the flushers that are there. */
  Set<String> flushers();

  /** Names of the dialects that are there. */
  Set<String> dialects();

  /**
   * Asks whoever reads files of that PID what it thinks of one; nobody may be there.
   *
   * @param errors takes key and message
   * @param warnings takes key and message
   */
  default void check(
      String pid,
      Map<String, String> entries,
      BiConsumer<String, String> errors,
      BiConsumer<String, String> warnings) {
    // Nobody is there.
  }

  /** Fixed sets. */
  static Known of(Set<String> schemes, Set<String> flushers, Set<String> dialects) {
    record Fixed(Set<String> schemes, Set<String> flushers, Set<String> dialects)
        implements Known {}
    return new Fixed(Set.copyOf(schemes), Set.copyOf(flushers), Set.copyOf(dialects));
  }
}
