package org.sluice.backend.internal;

/** One array that the parsers and writers of an event loop share. */
final class Scratch {
  private static final int KEPT = 32 * 1024;

  private byte[] bytes = new byte[4 * 1024];

  /** At least that many bytes, of any content. */
  byte[] bytes(int atLeast) {
    if (bytes.length >= atLeast) {
      return bytes;
    }
    byte[] larger = new byte[Math.max(atLeast, bytes.length * 2)];
    if (larger.length <= KEPT) {
      bytes = larger;
    }
    return larger;
  }
}
