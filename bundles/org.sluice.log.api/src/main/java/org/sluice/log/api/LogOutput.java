package org.sluice.log.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Takes the value of an item. What is written is escaped as the format needs it, so that nothing a
 * client sent can end a line, a quoted text or a JSON string. Several calls for one value are
 * joined.
 */
@ProviderType
public interface LogOutput {

  /** There is no value: {@code -}, or {@code null} in JSON. */
  void none();

  /**
   * Text as it came over the wire, U+0000 to U+00FF for its bytes, as all of {@code
   * org.sluice.api.http} has it. JSON shows it as UTF-8, broken sequences as U+FFFD.
   *
   * @param wire null for no value
   */
  void bytes(String wire);

  /**
   * Part of such a text.
   *
   * @param wire not null
   * @param from index of the first character
   * @param to index behind the last
   */
  void bytes(String wire, int from, int to);

  /** Ordinary text, written as UTF-8; null for no value. */
  void text(String text);

  /** Printable ASCII that was generated here and needs no escaping, such as an address. */
  void plain(String ascii);

  /** A whole number; in JSON a number if it is the whole value. */
  void number(long value);

  /**
   * A request target, query or URL as it came over the wire: as {@link #bytes(String)}, but values
   * of query parameters that the log hides ({@code mask}) are replaced by {@code ***}.
   *
   * @param wire null for no value
   */
  void url(String wire);
}
