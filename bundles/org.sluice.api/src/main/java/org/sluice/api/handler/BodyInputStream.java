package org.sluice.api.handler;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.sluice.api.http.Body;

/** A body as a blocking stream. */
final class BodyInputStream extends InputStream {
  private final Body body;
  private ByteBuffer current;
  private boolean end;

  BodyInputStream(Body body) {
    this.body = body;
  }

  private boolean fill() throws IOException {
    while (!end && (current == null || !current.hasRemaining())) {
      current = BlockingExchange.await(body.read());
      end = current == null;
    }
    return !end;
  }

  @Override
  public int read() throws IOException {
    return fill() ? current.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int n = Math.min(length, current.remaining());
    current.get(to, offset, n);
    return n;
  }

  @Override
  public void close() {
    body.close();
    end = true;
  }
}
