package org.sluice.server.internal;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Field names that nearly every request carries, in the two spellings that clients use, so that
 * they cost no new string. Names the engine acts on carry a kind.
 */
final class KnownNames {
  static final int OTHER = 0;
  static final int HOST = 1;
  static final int CONTENT_LENGTH = 2;
  static final int TRANSFER_ENCODING = 3;
  static final int CONNECTION = 4;
  static final int EXPECT = 5;
  static final int UPGRADE = 6;

  /** From here on: names between applications and the front, which no client may send. */
  static final int DROPPED = 7;

  private static final String[] KIND = {
    "",
    "Host",
    "Content-Length",
    "Transfer-Encoding",
    "Connection",
    "Expect",
    "Upgrade",
    "Sluice-Handoff",
    "X-Socket-Handoff",
    "X-Handoff-Data"
  };
  private static final String[] COMMON = {
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Authorization",
    "Cache-Control",
    "Content-Type",
    "Cookie",
    "Date",
    "DNT",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "Keep-Alive",
    "Origin",
    "Pragma",
    "Priority",
    "Range",
    "Referer",
    "Sec-CH-UA",
    "Sec-CH-UA-Mobile",
    "Sec-CH-UA-Platform",
    "Sec-Fetch-Dest",
    "Sec-Fetch-Mode",
    "Sec-Fetch-Site",
    "Sec-Fetch-User",
    "Sec-WebSocket-Extensions",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Version",
    "TE",
    "Upgrade-Insecure-Requests",
    "User-Agent",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Requested-With",
  };
  private static final int SIZE = 512;
  private static final String[] NAMES = new String[SIZE];
  private static final byte[][] BYTES = new byte[SIZE][];
  private static final byte[] KINDS = new byte[SIZE];

  static {
    for (byte kind = 1; kind < KIND.length; kind++) {
      addBoth(KIND[kind], kind);
    }
    for (String name : COMMON) {
      addBoth(name, (byte) OTHER);
    }
  }

  private KnownNames() {}

  private static void addBoth(String name, byte kind) {
    add(name, kind);
    add(name.toLowerCase(Locale.ROOT), kind);
  }

  /** Where two names meet the first one stays: the table only saves work. */
  private static void add(String name, byte kind) {
    byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
    int slot = slot(bytes, 0, bytes.length);
    if (NAMES[slot] == null) {
      NAMES[slot] = name;
      BYTES[slot] = bytes;
      KINDS[slot] = kind;
    }
  }

  private static int slot(byte[] bytes, int from, int length) {
    return (bytes[from] * 31
            + bytes[from + length - 1] * 7
            + bytes[from + (length >> 1)] * 3
            + length * 97)
        & (SIZE - 1);
  }

  /** Slot of exactly these bytes (at least one), or -1 if they are not in the table. */
  static int find(byte[] bytes, int from, int length) {
    int slot = slot(bytes, from, length);
    byte[] known = BYTES[slot];
    if (known == null || known.length != length) {
      return -1;
    }
    for (int i = 0; i < length; i++) {
      if (known[i] != bytes[from + i]) {
        return -1;
      }
    }
    return slot;
  }

  static String name(int slot) {
    return NAMES[slot];
  }

  static int kind(int slot) {
    return KINDS[slot];
  }

  /** Kind of a name that is not in the table, in whatever spelling. */
  static int kind(String name) {
    for (int kind = 1; kind < KIND.length; kind++) {
      if (KIND[kind].equalsIgnoreCase(name)) {
        return kind;
      }
    }
    return OTHER;
  }
}
