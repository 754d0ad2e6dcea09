package org.sluice.api.config;

/** How the text of an option is parsed and checked. */
public enum OptionType {
  /** Any text. */
  TEXT,
  /** {@code on} or {@code off}. */
  FLAG,
  /** A whole decimal number. */
  NUMBER,
  /** Bytes: a whole number, optionally with {@code k}, {@code m} or {@code g}. */
  SIZE,
  /** A whole number with {@code ms}, {@code s}, {@code m}, {@code h} or {@code d}. */
  DURATION,
  /** Comma separated texts. */
  LIST,
  /** One of the choices named in the declaration. */
  CHOICE,
  /** A path, relative ones from the base. */
  PATH
}
