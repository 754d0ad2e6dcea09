package org.sluice.ssi.internal.page;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes on their way to the client: one growing array, lent and used again. */
final class Output {
  private byte[] bytes = new byte[1024];
  private int size;

  int size() {
    return size;
  }

  void write(byte[] from, int offset, int length) {
    room(length);
    System.arraycopy(from, offset, bytes, size, length);
    size += length;
  }

  /** Takes all that is left of a buffer. */
  void write(ByteBuffer from) {
    int length = from.remaining();
    room(length);
    from.get(bytes, size, length);
    size += length;
  }

  /** One byte per character. */
  void write(String text) {
    int n = text.length();
    room(n);
    for (int i = 0; i < n; i++) {
      char c = text.charAt(i);
      if (c > 0xff) {
        throw new IllegalArgumentException(
            "write takes one byte per character, print takes any text");
      }
      bytes[size + i] = (byte) c;
    }
    size += n;
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }

  /** What was written; valid until the next write. The output is empty then. */
  ByteBuffer take() {
    ByteBuffer taken = ByteBuffer.wrap(bytes, 0, size);
    size = 0;
    return taken;
  }

  /** Lets a large array go after it was read. */
  void trim() {
    if (bytes.length > 256 * 1024) {
      bytes = new byte[1024];
    }
  }
}
