package org.sluice.ssi.internal.parse;

/** A part of a parsed document. */
public sealed interface Part permits Element, Part.Text {

  /**
   * Bytes between elements.
   *
   * @param bytes not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Text(byte[] bytes) implements Part {}
}
