package org.sluice.core.internal.config.read;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A file of {@code etc/} as read: entries with their lines, and what was wrong. Immutable. */
public final class CfgFile {
  private final FileName name;
  private final byte[] bytes;
  private final Map<String, CfgEntry> entries;
  private final List<Problem> problems;

  CfgFile(FileName name, byte[] bytes, Map<String, CfgEntry> entries, List<Problem> problems) {
    this.name = name;
    this.bytes = bytes;
    this.entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    this.problems = List.copyOf(problems);
  }

  /** The file's name, taken apart. */
  public FileName name() {
    return name;
  }

  /** The file as messages name it. */
  public String display() {
    return name.display();
  }

  /** The file as it lay on disk; not to be changed. Null if it could not be read. */
  public byte[] bytes() {
    return bytes;
  }

  /** All entries in the order of their lines. */
  public Collection<CfgEntry> entries() {
    return entries.values();
  }

  /** The entry of a key, or null. */
  public CfgEntry entry(String key) {
    return entries.get(key);
  }

  /** The value of a key, or null when it is missing or empty. */
  public String value(String key) {
    CfgEntry entry = entries.get(key);
    return entry == null || entry.value().isEmpty() ? null : entry.value();
  }

  /** What the reader found wrong. */
  public List<Problem> problems() {
    return problems;
  }

  /** Whether both files say the same, substituted values included. */
  public boolean sameText(CfgFile other) {
    return other != null
        && Arrays.equals(bytes, other.bytes)
        && entries.equals(other.entries)
        && name.equals(other.name);
  }
}
