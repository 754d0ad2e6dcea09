package org.sluice.fdpass.internal;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A JSON text as UTF-8 bytes, written from left to right into memory that is kept for the next one.
 * Not thread-safe.
 */
final class JsonBytes {
  private static final byte[] HEX =
      "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  private static final int KEPT = 128 * 1024;

  private byte[] bytes = new byte[2048];
  private int length;
  private ByteBuffer out = ByteBuffer.allocateDirect(8192).order(ByteOrder.nativeOrder());

  JsonBytes clear() {
    length = 0;
    if (bytes.length > KEPT) {
      bytes = new byte[2048];
    }
    return this;
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }

  /** ASCII as it is. */
  @SuppressWarnings("deprecation") // The one call that copies without a coder: ASCII only.
  JsonBytes raw(String ascii) {
    int n = ascii.length();
    room(n);
    ascii.getBytes(0, n, bytes, length);
    length += n;
    return this;
  }

  JsonBytes raw(char ascii) {
    room(1);
    bytes[length++] = (byte) ascii;
    return this;
  }

  /**
   * At most {@code longest} characters as ISO 8859-1; what has no place there, and LF, as a mark.
   */
  JsonBytes latin(String text, int longest) {
    int n = Math.min(text.length(), longest);
    room(n);
    for (int i = 0; i < n; i++) {
      char c = text.charAt(i);
      bytes[length++] = c > 0xff || c == '\n' ? (byte) '?' : (byte) c;
    }
    return this;
  }

  /** An address without quotes. */
  JsonBytes address(InetAddress address) {
    if (!(address instanceof Inet4Address)) {
      return raw(IpText.of(address));
    }
    byte[] b = address.getAddress();
    number(b[0] & 0xff).raw('.').number(b[1] & 0xff).raw('.');
    return number(b[2] & 0xff).raw('.').number(b[3] & 0xff);
  }

  JsonBytes number(long value) {
    if (value >= 0 && value < 10) {
      return raw((char) ('0' + value));
    }
    if (value < 0) {
      return raw(Long.toString(value));
    }
    int digits = 1;
    for (long v = value; v >= 10; v /= 10) {
      digits++;
    }
    room(digits);
    long v = value;
    for (int i = length + digits - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + v % 10);
      v /= 10;
    }
    length += digits;
    return this;
  }

  /** A string in quotes; any UTF-16, of which lone surrogates become U+FFFD. */
  JsonBytes text(String text) {
    int n = text.length();
    room(n * 6 + 2);
    byte[] b = bytes;
    int at = length;
    b[at++] = '"';
    for (int i = 0; i < n; i++) {
      char c = text.charAt(i);
      if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
        b[at++] = (byte) c;
      } else if (c == '"' || c == '\\') {
        b[at++] = '\\';
        b[at++] = (byte) c;
      } else if (c < 0x20) {
        b[at++] = '\\';
        b[at++] = 'u';
        b[at++] = '0';
        b[at++] = '0';
        b[at++] = HEX[c >> 4];
        b[at++] = HEX[c & 15];
      } else if (c < 0x800) {
        b[at++] = (byte) (0xc0 | c >> 6);
        b[at++] = (byte) (0x80 | (c & 0x3f));
      } else if (Character.isHighSurrogate(c)
          && i + 1 < n
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        int point = Character.toCodePoint(c, text.charAt(++i));
        b[at++] = (byte) (0xf0 | point >> 18);
        b[at++] = (byte) (0x80 | (point >> 12 & 0x3f));
        b[at++] = (byte) (0x80 | (point >> 6 & 0x3f));
        b[at++] = (byte) (0x80 | (point & 0x3f));
      } else {
        int point = Character.isSurrogate(c) ? 0xfffd : c;
        b[at++] = (byte) (0xe0 | point >> 12);
        b[at++] = (byte) (0x80 | (point >> 6 & 0x3f));
        b[at++] = (byte) (0x80 | (point & 0x3f));
      }
    }
    b[at++] = '"';
    length = at;
    return this;
  }

  /** The text so far, and room for {@code more} bytes behind it. */
  byte[] copy(int more) {
    byte[] copy = new byte[length + more];
    System.arraycopy(bytes, 0, copy, 0, length);
    return copy;
  }

  /** The text and what follows it, in direct memory; valid until the next call. */
  ByteBuffer direct(ByteBuffer tail) {
    int all = length + tail.remaining();
    ByteBuffer to = out;
    if (to.capacity() < all) {
      to = ByteBuffer.allocateDirect(Math.max(all, Math.min(2 * to.capacity(), KEPT)));
      if (all <= KEPT) {
        out = to;
      }
    }
    return to.clear().put(bytes, 0, length).put(tail.duplicate()).flip();
  }
}
