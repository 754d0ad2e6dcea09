package org.sluice.accesslog.internal.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of a line in an array that is used again and again, and what needs no escaping. */
class LineBytes {
  private static final int FEW = 4;

  byte[] bytes = new byte[1024];
  int length;

  /** The bytes, valid up to {@link #length()}. */
  public byte[] array() {
    return bytes;
  }

  /** Length of the line so far. */
  public int length() {
    return length;
  }

  final void put(byte[] what) {
    room(what.length);
    if (what.length <= FEW) {
      // A blank, a quote or both in most lines: a call of the copying routine would cost more.
      for (byte b : what) {
        bytes[length++] = b;
      }
      return;
    }
    System.arraycopy(what, 0, bytes, length, what.length);
    length += what.length;
  }

  final void put(char ascii) {
    room(1);
    bytes[length++] = (byte) ascii;
  }

  /** Puts one byte in between, at {@code at}. */
  final void insert(int at, char ascii) {
    room(1);
    System.arraycopy(bytes, at, bytes, at + 1, length - at);
    bytes[at] = (byte) ascii;
    length++;
  }

  /** ASCII, as it is. */
  @SuppressWarnings("deprecation") // the low bytes are all there is
  final void putAscii(String ascii) {
    int n = ascii.length();
    room(n);
    ascii.getBytes(0, n, bytes, length);
    length += n;
  }

  final void putAddress(byte[] ipv4) {
    room(15);
    for (int i = 0; i < 4; i++) {
      if (i > 0) {
        bytes[length++] = '.';
      }
      octet(ipv4[i] & 0xff);
    }
  }

  private void octet(int value) {
    if (value >= 100) {
      bytes[length++] = (byte) ('0' + value / 100);
    }
    if (value >= 10) {
      bytes[length++] = (byte) ('0' + value / 10 % 10);
    }
    bytes[length++] = (byte) ('0' + value % 10);
  }

  final void putNumber(long value) {
    room(20);
    if (value < 0) {
      put(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
      return;
    }
    int digits = 1;
    for (long v = value; v >= 10; v /= 10) {
      digits++;
    }
    int at = length + digits;
    length = at;
    long v = value;
    do {
      bytes[--at] = (byte) ('0' + v % 10);
      v /= 10;
    } while (v > 0);
  }

  final void room(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
