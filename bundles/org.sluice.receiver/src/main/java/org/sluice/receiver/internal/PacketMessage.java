package org.sluice.receiver.internal;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A packet of the front: its object and the bytes behind the LF, from the packet itself or from the
 * file that came with it.
 *
 * @param head the members of the object
 * @param rest the bytes behind it
 * @param spilled whether the second descriptor is the file that this was read from
 */
record PacketMessage(Map<String, Object> head, ByteBuffer rest, boolean spilled) {
  /** The most bytes of a packet. */
  static final int LONGEST = 65_536;

  private static final int LONGEST_SPILL = 16 << 20;

  /**
   * Reads the packet.
   *
   * @throws IOException if the file is not what it should be
   * @throws RuntimeException if it is no packet of the dialect
   */
  static PacketMessage of(ByteBuffer packet, List<FileDescriptor> descriptors) throws IOException {
    byte[] bytes = new byte[packet.remaining()];
    packet.get(bytes);
    PacketMessage message = of(bytes, false);
    if (message.head.get("spill") instanceof Long length && descriptors.size() == 2) {
      PacketMessage whole = of(spilled(descriptors.get(1), length), true);
      if (whole.id() != message.id()) {
        throw new IOException("a spilled packet with another id");
      }
      return whole;
    }
    return message;
  }

  private static PacketMessage of(byte[] bytes, boolean spilled) {
    int lf = 0;
    while (lf < bytes.length && bytes[lf] != '\n') {
      lf++;
    }
    if (lf == bytes.length) {
      throw new IllegalArgumentException("no LF");
    }
    Map<String, Object> head = JsonText.object(new String(bytes, 0, lf, StandardCharsets.UTF_8));
    if (!(head.get("id") instanceof Long id) || id <= 0) {
      throw new IllegalArgumentException("no id");
    }
    return new PacketMessage(
        head, ByteBuffer.wrap(bytes, lf + 1, bytes.length - lf - 1).slice(), spilled);
  }

  /** The number of the hand-off. */
  long id() {
    return (Long) head.get("id");
  }

  /** The id in a packet of which only the beginning is known; 0 if there is none. */
  static long idOf(ByteBuffer packet) {
    byte[] bytes = new byte[Math.min(packet.remaining(), LONGEST)];
    packet.get(bytes);
    try {
      return of(bytes, false).id();
    } catch (RuntimeException e) {
      return 0;
    }
  }

  private static byte[] spilled(FileDescriptor file, long length) throws IOException {
    if (length < 0 || length > LONGEST_SPILL) {
      throw new IOException("a spilled packet of " + length + " bytes");
    }
    ByteBuffer whole = ByteBuffer.allocate((int) length);
    // Not closed: the stream does not own the number, whoever received it closes it.
    FileChannel channel = new FileInputStream(file).getChannel();
    while (whole.hasRemaining() && channel.read(whole, whole.position()) >= 0) {
      // Until it is whole.
    }
    if (whole.hasRemaining()) {
      throw new IOException("a spilled packet is shorter than " + length + " bytes");
    }
    return whole.array();
  }
}
