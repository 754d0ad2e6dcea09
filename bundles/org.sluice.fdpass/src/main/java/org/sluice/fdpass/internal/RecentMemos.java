package org.sluice.fdpass.internal;

import java.util.LinkedHashSet;
import java.util.Set;

/** The memos of late, so that one stream does not end twice. Bounded; any thread. */
final class RecentMemos {
  private static final int MOST = 10_000;

  private final Set<Long> seen = new LinkedHashSet<>();

  /** Whether the memo was not seen before; it is from now on. */
  boolean isNew(String memo) {
    long key = 0;
    for (int i = 0; i < memo.length(); i++) {
      key = Pool.mix(key ^ memo.charAt(i));
    }
    synchronized (this) {
      if (!seen.add(key)) {
        return false;
      }
      if (seen.size() > MOST) {
        seen.remove(seen.iterator().next());
      }
      return true;
    }
  }
}
