package org.sluice.accesslog.internal.write;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import org.sluice.log.api.LogTarget;

/**
 * When a file is put aside and what becomes of it.
 *
 * @param size bytes a file may have, 0 for any
 * @param every a new file begins at whole multiples of this in local time; zero for never
 * @param compress whether files put aside are compressed
 * @param keep how many of them stay, 0 for all
 */
record Rotation(long size, Duration every, boolean compress, int keep) {

  /** As configured; the core has checked the forms already. */
  static Rotation of(LogTarget target) {
    return new Rotation(
        Settings.size(target.settings().getOrDefault("rotate.size", "")),
        Settings.duration(target.settings().getOrDefault("rotate.every", "")),
        "gzip".equals(target.settings().get("compress")),
        (int) Settings.number(target.settings().getOrDefault("keep", "")));
  }

  /** The end of the period that holds {@code millis}, or {@link Long#MAX_VALUE}. */
  long end(long millis, ZoneId zone) {
    if (every.isZero()) {
      return Long.MAX_VALUE;
    }
    long length = every.toMillis();
    long local = millis + offset(millis, zone);
    long end = (Math.floorDiv(local, length) + 1) * length;
    // The offset may be another one by then.
    long guess = end - offset(millis, zone);
    return end - offset(guess, zone);
  }

  private static long offset(long millis, ZoneId zone) {
    return 1000L * zone.getRules().getOffset(Instant.ofEpochMilli(millis)).getTotalSeconds();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "size %d, every %s, compress %s, keep %d", size, every, compress, keep);
  }
}
