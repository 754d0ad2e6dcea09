package org.sluice.shell.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Lines of UTF-8 text from a client, of at most 64 KiB. */
final class LineInput {
  private static final int LONGEST = 64 * 1024;

  private final ReadableByteChannel channel;
  private final Watch watch;
  private final ByteBuffer buffer = ByteBuffer.allocate(8 * 1024).flip();

  LineInput(ReadableByteChannel channel, Watch watch) {
    this.channel = channel;
    this.watch = watch;
  }

  /** The next line without its end, or null when the client has ended its direction. */
  String line(Duration limit) throws IOException {
    return watch.within(limit, this::read);
  }

  /** Reads and drops what still comes, until the client has ended its direction. */
  void discard(Duration limit) throws IOException {
    watch.within(
        limit,
        () -> {
          while (fill()) {
            // Dropped.
          }
          return null;
        });
  }

  private String read() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (buffer.hasRemaining() || fill()) {
      byte b = buffer.get();
      if (b == '\n') {
        return text(line);
      }
      if (line.size() == LONGEST) {
        throw new IOException("a line of the client is longer than " + LONGEST + " bytes");
      }
      line.write(b);
    }
    return line.size() == 0 ? null : text(line);
  }

  private boolean fill() throws IOException {
    int n = channel.read(buffer.clear());
    buffer.flip();
    return n >= 0;
  }

  private static String text(ByteArrayOutputStream line) {
    String text = line.toString(StandardCharsets.UTF_8);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
