package org.sluice.core.internal.config.read;

/**
 * One {@code key=value} line.
 *
 * @param file for example {@code etc/org.sluice.route~x.cfg}
 * @param line 1 and up
 * @param key without blanks around it
 * @param raw the value as written
 * @param value the value after {@code ${env:X}} and {@code ${file:X}}; may be empty
 */
public record CfgEntry(String file, int line, String key, String raw, String value) {

  /** Where the entry stands, for messages: {@code etc/org.sluice.route~x.cfg:3}. */
  public String origin() {
    return file + ":" + line;
  }

  /** Whether both have the same effect; the place does not count. */
  public boolean sameEffect(CfgEntry other) {
    return key.equals(other.key) && value.equals(other.value);
  }
}
