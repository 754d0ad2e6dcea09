package org.sluice.files.internal;

import org.sluice.api.http.FileFacts;
import org.sluice.api.http.Headers;

/**
 * Everything about a file that its answers need, in memory: facts, representations, and how long it
 * may be used without a look at the disk.
 *
 * <p>Only a file that is asked for all the time is answered without that look, and only for the
 * short time of {@code files.revalidate}: whoever changes a file and asks for it sees the change at
 * once, and a busy file costs one look for hundreds of answers. The counters are not exact, because
 * event loops share them without a lock; they only decide when to look again. Of a busy file they
 * are read and not written, so that the loops do not take the entry away from each other.
 */
final class Entry {
  /** Requests within the time of revalidation that make a file a busy one. */
  static final int BUSY = 8;

  /** What an entry costs beside its content, roughly. */
  private static final int OVERHEAD = 2048;

  private final FileFacts facts;
  private final Variant plain;
  private final Variant[] encoded;
  private final String lastModified;
  private final long modified;
  private final boolean settled;
  private volatile long checked = System.nanoTime();
  private long windowStart = checked;
  private int hits;
  private boolean busy;

  /** Set by whoever uses the entry, cleared by the cache when it looks for what can go. */
  boolean used;

  Entry(FileFacts facts, Variant plain, Variant[] encoded, boolean settled) {
    this.facts = facts;
    this.plain = plain;
    this.encoded = encoded;
    this.modified = plain.stamp().seconds();
    this.lastModified = HttpDate.format(modified);
    this.settled = settled;
  }

  /** Whether the entry may answer without a look at the disk. Counts the request. */
  boolean mayAnswer(long now, long window) {
    if (!used) {
      used = true;
    }
    if (now - windowStart > window || window == 0) {
      busy = hits >= BUSY;
      hits = 0;
      windowStart = now;
      return false;
    }
    if (hits < BUSY && ++hits >= BUSY && !busy) {
      busy = true;
    }
    return busy && now - checked <= 2 * window;
  }

  /** The disk says that nothing has changed. */
  void confirm() {
    checked = System.nanoTime();
  }

  /** Whether the file had been left alone for long enough that its times tell of every change. */
  boolean isSettled() {
    return settled;
  }

  FileFacts facts() {
    return facts;
  }

  Variant plain() {
    return plain;
  }

  Variant[] encoded() {
    return encoded;
  }

  String lastModified() {
    return lastModified;
  }

  /** Last-Modified in seconds since 1970. */
  long modified() {
    return modified;
  }

  /** The representation for a request (RFC 9110 section 12.5.3). */
  Variant choose(Headers request) {
    if (encoded.length == 0) {
      return plain;
    }
    String accept = Codings.accepted(request);
    Variant best = plain;
    int weight = Codings.weight(accept, "identity");
    for (Variant variant : encoded) {
      int other = Codings.weight(accept, variant.encoding());
      if (other > 0 && (best.encoding() == null ? other >= weight : other > weight)) {
        best = variant;
        weight = other;
      }
    }
    return best;
  }

  /** Bytes that it takes in memory. */
  long weight() {
    long sum = OVERHEAD + weight(plain);
    for (Variant variant : encoded) {
      sum += OVERHEAD + weight(variant);
    }
    return sum;
  }

  private static long weight(Variant variant) {
    return variant.content() == null ? 0 : variant.content().length;
  }
}
