package org.sluice.ssi.internal.page;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.sluice.api.http.FileFacts;
import org.sluice.ssi.internal.parse.Tags;
import org.sluice.ssi.internal.parse.Template;

/**
 * Parsed documents, least recently used first out. A template is valid while size, time and key of
 * its file are what they were. Thread-safe.
 */
public final class TemplateCache {
  /** Bytes of all templates together. */
  private static final long ROOM = 32L * 1024 * 1024;

  /** Bytes of one template. */
  private static final long MOST = 1024 * 1024;

  private final Map<Key, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);
  private long weight;

  private record Key(Path path, Tags tags, Charset charset) {}

  private record Entry(
      FileFacts facts, long size, FileTime time, Object fileKey, Template template) {
    boolean isOf(BasicFileAttributes file) {
      return size == file.size()
          && time.equals(file.lastModifiedTime())
          && Objects.equals(fileKey, file.fileKey());
    }
  }

  /** The place of one document's template, for one request. */
  public Place place(FileFacts file, Tags tags, Charset charset) {
    return new Place(file, new Key(file.path(), tags, charset));
  }

  private synchronized Entry get(Key key) {
    return entries.get(key);
  }

  private synchronized void put(Key key, Entry entry) {
    Entry former = entries.put(key, entry);
    weight += entry.template.weight() - (former == null ? 0 : former.template.weight());
    Iterator<Entry> oldest = entries.values().iterator();
    while (weight > ROOM && oldest.hasNext()) {
      weight -= oldest.next().template.weight();
      oldest.remove();
    }
  }

  /** Where a document's template may be. Used by one worker. */
  public final class Place {
    private final FileFacts file;
    private final Key key;
    private BasicFileAttributes attributes;

    private Place(FileFacts file, Key key) {
      this.file = file;
      this.key = key;
    }

    /**
     * The template that was made of these very facts, or null. Whoever gives the same facts again
     * says that the file is in the same state; nothing has to be asked of the file system.
     */
    Template known() {
      Entry entry = get(key);
      return entry != null && entry.facts == file ? entry.template : null;
    }

    /** The template of the file as it is now, or null. Blocks for a call of the file system. */
    Template find() {
      try {
        BasicFileAttributes now = Files.readAttributes(file.path(), BasicFileAttributes.class);
        boolean same =
            now.size() == file.size() && now.lastModifiedTime().toInstant().equals(file.modified());
        attributes = same ? now : null;
      } catch (IOException e) {
        attributes = null;
      }
      Entry entry = attributes == null ? null : get(key);
      if (entry == null || !entry.isOf(attributes)) {
        return null;
      }
      if (entry.facts != file) {
        put(key, new Entry(file, entry.size, entry.time, entry.fileKey, entry.template));
      }
      return entry.template;
    }

    /** Whether what is parsed now may be kept: the file is the one that was opened. */
    boolean keeps() {
      return attributes != null && attributes.size() <= MOST;
    }

    boolean fits(long bytes) {
      return bytes <= MOST;
    }

    /** Keeps a template, unless the file changed while it was read. */
    void keep(Template template) {
      BasicFileAttributes before = attributes;
      find();
      if (attributes != null && template.weight() <= 2 * MOST) {
        Entry entry =
            new Entry(file, before.size(), before.lastModifiedTime(), before.fileKey(), template);
        if (entry.isOf(attributes)) {
          put(key, entry);
        }
      }
    }
  }
}
