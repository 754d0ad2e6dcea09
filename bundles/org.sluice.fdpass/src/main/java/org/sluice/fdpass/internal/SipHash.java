package org.sluice.fdpass.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * SipHash-2-4 with a tag of 128 bits (Aumasson and Bernstein, 2012): a keyed hash that nobody can
 * compute without the key. For short texts on the path of every hand-off: of 200 bytes it takes a
 * tenth of the time of HMAC-SHA-256, and needs no warm-up to be fast. Any thread.
 */
final class SipHash {
  static final int TAG_BYTES = 16;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final long k0;
  private final long k1;

  /**
   * With a key.
   *
   * @param key at least 16 random bytes, of which the first 16 count
   */
  SipHash(byte[] key) {
    k0 = (long) LONG.get(key, 0);
    k1 = (long) LONG.get(key, 8);
  }

  /** Writes the tag of the first {@code length} bytes of {@code text} to {@code to}. */
  void tag(byte[] text, int length, byte[] to, int at) {
    long v0 = k0 ^ 0x736f6d6570736575L;
    long v1 = k1 ^ 0x646f72616e646f6dL ^ 0xee;
    long v2 = k0 ^ 0x6c7967656e657261L;
    long v3 = k1 ^ 0x7465646279746573L;
    int whole = length & ~7;
    // The last word is made of the length and what is left; then come the rounds without a word.
    for (int i = 0; i <= whole + 16; i += 8) {
      long word = 0;
      int rounds = 4;
      if (i < whole) {
        word = (long) LONG.get(text, i);
        rounds = 2;
      } else if (i == whole) {
        word = last(text, whole, length);
        rounds = 2;
      } else if (i == whole + 8) {
        v2 ^= 0xee;
      } else {
        v1 ^= 0xdd;
      }
      v3 ^= word;
      for (int r = 0; r < rounds; r++) {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
      }
      v0 ^= word;
      if (i > whole) {
        LONG.set(to, at + i - whole - 8, v0 ^ v1 ^ v2 ^ v3);
      }
    }
  }

  private static long last(byte[] text, int from, int length) {
    long word = (long) length << 56;
    for (int i = from; i < length; i++) {
      word |= (text[i] & 0xffL) << 8 * (i - from);
    }
    return word;
  }
}
