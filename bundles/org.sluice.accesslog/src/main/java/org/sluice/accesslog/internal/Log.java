package org.sluice.accesslog.internal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.accesslog.internal.filter.Filter;
import org.sluice.accesslog.internal.format.Compiler;
import org.sluice.accesslog.internal.format.Format;
import org.sluice.accesslog.internal.format.ItemTable;
import org.sluice.accesslog.internal.format.Mask;
import org.sluice.accesslog.internal.write.Outlet;
import org.sluice.api.route.Site;

/** One log: which exchanges, what of them, and where to. Immutable but for its counts. */
final class Log {
  private static final Logger LOG = LoggerFactory.getLogger("org.sluice.accesslog");

  private final LogSettings settings;
  private final Filter filter;
  private final Outlet outlet;
  private final Format format;
  private final String formatText;
  private final String site;
  private final boolean fallback;
  private final Mask mask;
  private final int limit;
  private final Troubles troubles;

  /** What went wrong, over all formats that a log has had. */
  private static final class Troubles {
    final AtomicLong failures = new AtomicLong();
    final AtomicLong conditions = new AtomicLong();
    final Set<String> missing = ConcurrentHashMap.newKeySet();
    volatile String last = "";
  }

  private Log(
      LogSettings settings,
      Filter filter,
      Outlet outlet,
      String formatText,
      ItemTable items,
      Troubles troubles) {
    this.settings = settings;
    this.filter = filter;
    this.outlet = outlet;
    this.formatText = formatText;
    this.site = settings.site();
    this.fallback = settings.isFallback();
    this.mask = settings.mask();
    this.limit = settings.lineLimit();
    this.troubles = troubles;
    this.format = Compiler.recompile(formatText, items, this::itemFailed);
  }

  /**
   * A new log.
   *
   * @throws IllegalArgumentException if a setting makes no sense
   */
  static Log of(LogSettings settings, Outlet outlet, String formatText, ItemTable items) {
    return new Log(
        settings, new Filter(settings.values()), outlet, formatText, items, new Troubles());
  }

  /** The same with its format compiled anew. */
  Log with(String newFormat, ItemTable items) {
    return new Log(settings, filter, outlet, newFormat, items, troubles);
  }

  LogSettings settings() {
    return settings;
  }

  Outlet outlet() {
    return outlet;
  }

  String formatText() {
    return formatText;
  }

  /** Values that could not be written, and lines whose condition failed. */
  long failures() {
    return troubles.failures.get() + troubles.conditions.get();
  }

  String lastError() {
    return troubles.last;
  }

  /** Whether exchanges of that site, which may be null, are its business. */
  boolean takes(Site asked, Set<String> sitesWithLogs) {
    if (site != null) {
      return asked != null && site.equals(asked.name());
    }
    return !fallback || asked == null || !sitesWithLogs.contains(asked.name());
  }

  /** Writes the line of an exchange, if it is wanted. */
  void write(Turn turn) {
    try {
      turn.entry.toFirst();
      if (!filter.takes(turn.entry)) {
        return;
      }
    } catch (RuntimeException e) {
      if (troubles.conditions.getAndIncrement() == 0) {
        LOG.warn("log {}: its condition failed, the line is not written: {}", name(), e.toString());
      }
      troubles.last = e.toString();
      return;
    }
    format.write(turn.entry, turn.line, limit, mask);
    outlet.offer(turn.line.array(), turn.line.length());
    if (!format.missing().isEmpty() || !format.refused().isEmpty()) {
      warnOfMissing();
    }
  }

  private void warnOfMissing() {
    for (String directive : format.missing()) {
      if (troubles.missing.add(directive)) {
        LOG.warn(
            "log {}: nobody offers the item {}; '-' is written until it comes", name(), directive);
      }
    }
    for (String reason : format.refused()) {
      if (troubles.missing.add(reason)) {
        LOG.warn("log {}: '-' is written for {}", name(), reason);
      }
    }
  }

  private void itemFailed(Throwable cause) {
    troubles.last = cause.toString();
    if (troubles.failures.getAndIncrement() == 0) {
      LOG.warn("log {}: an item failed, '-' is written for it", name(), cause);
    }
  }

  private String name() {
    return settings.name();
  }
}
