package org.sluice.shell.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Output to a client. NUL ends the output and is therefore left out of it. A client that is gone
 * stops the command that writes: print streams swallow the failure, so it is told separately.
 */
final class ChannelOutput extends OutputStream {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final WritableByteChannel channel;
  private final Watch watch;
  private Runnable failureListener = () -> {};
  private IOException failure;

  ChannelOutput(WritableByteChannel channel, Watch watch) {
    this.channel = channel;
    this.watch = watch;
  }

  synchronized void onFailure(Runnable listener) {
    failureListener = listener;
  }

  /** Throws what an earlier write ran into. */
  synchronized void check() throws IOException {
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    ByteBuffer kept = ByteBuffer.allocate(length);
    for (int i = offset; i < offset + length; i++) {
      if (bytes[i] != 0) {
        kept.put(bytes[i]);
      }
    }
    send(kept.flip());
  }

  /** The end: nothing may be written behind it. */
  synchronized void trailer(int status) throws IOException {
    send(ByteBuffer.wrap(("\0exit " + status + "\n").getBytes(StandardCharsets.US_ASCII)));
  }

  private void send(ByteBuffer bytes) throws IOException {
    check();
    try {
      while (bytes.hasRemaining()) {
        watch.within(LIMIT, () -> channel.write(bytes));
      }
    } catch (IOException e) {
      failure = e;
      failureListener.run();
      throw e;
    }
  }
}
