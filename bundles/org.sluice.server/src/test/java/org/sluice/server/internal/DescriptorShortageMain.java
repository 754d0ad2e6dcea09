package org.sluice.server.internal;

import java.io.IOException;
import org.sluice.api.engine.Listener;

/** A server process for {@link DescriptorShortageTest}: prints its port, ends with its input. */
final class DescriptorShortageMain {
  private DescriptorShortageMain() {}

  public static void main(String[] args) throws IOException {
    NettyEngine engine = new NettyEngine(1, false);
    Listener listener = engine.listen(TestServer.SPEC, TestServer.text("x"));
    byte[] line =
        (listener.address().getPort() + "\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    java.io.FileOutputStream out = new java.io.FileOutputStream(java.io.FileDescriptor.out);
    out.write(line);
    out.flush();
    int end = 0;
    while (end >= 0) {
      end = System.in.read();
    }
    engine.deactivate();
  }
}
