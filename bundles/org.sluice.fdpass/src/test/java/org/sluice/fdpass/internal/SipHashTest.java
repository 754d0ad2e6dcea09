package org.sluice.fdpass.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SipHashTest {
  private static final SipHash HASH = new SipHash(counting(16));

  private static byte[] counting(int n) {
    byte[] bytes = new byte[n];
    for (int i = 0; i < n; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  private static String tag(byte[] text, int length) {
    byte[] room = Arrays.copyOf(text, length + SipHash.TAG_BYTES);
    HASH.tag(room, length, room, length);
    return HexFormat.of().formatHex(room, length, room.length);
  }

  /** As "openssl mac -macopt hexkey:... -macopt size:16 SIPHASH" prints them for the same input. */
  @ParameterizedTest(name = "{0} bytes")
  @CsvSource({
    "0, a3817f04ba25a8e66df67214c7550293",
    "1, da87c1d86b99af44347659119b22fc45",
    "2, 8177228da4a45dc7fca38bdef60affe4",
    "8, 3b62a9ba6258f5610f83e264f31497b4",
    "15, 5493e99933b0a8117e08ec0f97cfc3d9",
    "16, 6ee2a4ca67b054bbfd3315bf85230577",
    "63, 5150d1772f50834a503e069a973fbd7c",
  })
  void isWhatOthersCompute(int length, String tag) {
    assertEquals(tag, tag(counting(length), length));
    if (length > 0) {
      byte[] other = counting(length);
      other[length - 1] ^= 1;
      assertNotEquals(tag, tag(other, length));
    }
  }
}
