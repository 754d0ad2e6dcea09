package org.sluice.files.internal;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the entries of all roots together. When there is too much, the oldest that was not used
 * since the last look goes (second chance). Looking up costs one probe of a root's own map and
 * never a lock. The entries of a root whose route is gone are never used again, and go first.
 */
final class FileCache {
  /** Where an entry is kept; one for each key of a map, as long as the key is in it. */
  private record Place(Region region, String key) {}

  /** The entries of one root, by the path behind it. */
  static final class Region {
    private final FileCache cache;
    private final ConcurrentMap<String, Entry> entries = new ConcurrentHashMap<>();

    private Region(FileCache cache) {
      this.cache = cache;
    }

    /** What is known of a path; an entry of a file that has gone since is left to be evicted. */
    Entry get(String key) {
      return entries.get(key);
    }

    void put(String key, Entry entry) {
      Entry former = entries.put(key, entry);
      if (former == null) {
        cache.order.add(new Place(this, key));
        cache.used.addAndGet(entry.weight());
      } else {
        cache.used.addAndGet(entry.weight() - former.weight());
      }
      cache.shrink();
    }
  }

  private final long capacity;
  private final AtomicLong used = new AtomicLong();
  private final ConcurrentLinkedQueue<Place> order = new ConcurrentLinkedQueue<>();

  /** A cache that keeps at most so many bytes, roughly. */
  FileCache(long capacity) {
    this.capacity = capacity;
  }

  /** A sixteenth of the heap, at most 64 MiB. */
  static FileCache byHeap() {
    return new FileCache(Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 16));
  }

  Region region() {
    return new Region(this);
  }

  /** Bytes kept now, roughly. */
  long used() {
    return used.get();
  }

  private void shrink() {
    if (used.get() <= capacity) {
      return;
    }
    // Two rounds at most: the first may only take marks away.
    for (int i = 2 * order.size(); i > 0 && used.get() > capacity; i--) {
      Place oldest = order.poll();
      if (oldest == null) {
        return;
      }
      Entry entry = oldest.region().entries.get(oldest.key());
      if (entry == null) {
        continue;
      }
      if (entry.used || !oldest.region().entries.remove(oldest.key(), entry)) {
        entry.used = false;
        order.add(oldest);
      } else {
        used.addAndGet(-entry.weight());
      }
    }
  }
}
