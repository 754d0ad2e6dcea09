package org.sluice.accesslog.internal;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.sluice.api.route.Site;

/** All logs at one moment. Immutable. */
final class LogSet {
  static final LogSet EMPTY = new LogSet(List.of());

  private final Log[] logs;
  private final Set<String> sites = new HashSet<>();

  LogSet(List<Log> logs) {
    this.logs = logs.toArray(new Log[0]);
    for (Log log : logs) {
      if (log.settings().site() != null) {
        sites.add(log.settings().site());
      }
    }
  }

  List<Log> all() {
    return List.of(logs);
  }

  boolean isEmpty() {
    return logs.length == 0;
  }

  /** Writes the lines of one exchange. */
  void write(Turn turn, Site site) {
    for (Log log : logs) {
      if (log.takes(site, sites)) {
        log.write(turn);
      }
    }
  }

  /** Of the logs that hold requests of that site back, one that has no room now; or null. */
  Log withoutRoom(Site site) {
    for (Log log : logs) {
      if (log.outlet().isNearlyFull() && log.takes(site, sites)) {
        return log;
      }
    }
    return null;
  }

  /** Whether a log may hold requests back. */
  boolean mayBlock() {
    for (Log log : logs) {
      if (log.outlet().settings().block()) {
        return true;
      }
    }
    return false;
  }
}
