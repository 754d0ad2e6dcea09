package org.sluice.receiver.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sluice.receiver.HandOff;
import org.sluice.receiver.HandOffListener;
import org.sluice.receiver.HandedSocket;

/** Answers on leases, and counts how often the same connection has come. */
final class Leases implements HandOffListener {
  private static final int MOST = 1_000;

  /** By the client's address; the connections that came last. */
  private final Map<InetSocketAddress, Integer> visits =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetSocketAddress, Integer> eldest) {
          return size() > MOST;
        }
      };

  @Override
  public void handedOff(HandOff handOff) throws IOException {
    try (HandedSocket client = handOff.accept()) {
      byte[] discard = new byte[8_192];
      while (handOff.request().lease() && client.read(ByteBuffer.wrap(discard)) >= 0) {
        // The request body, of which the demo has no use.
      }
      String body = body(client.remoteAddress());
      String head =
          "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
              + body.length()
              + (handOff.request().keep() ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n");
      boolean headOnly = handOff.request().method().equals("HEAD");
      String answer = headOnly ? head : head + body;
      client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
      client.giveBack(200, answer.length() - head.length());
    }
  }

  private synchronized String body(InetSocketAddress from) {
    int visit = visits.merge(from, 1, Integer::sum);
    return "Process "
        + ProcessHandle.current().pid()
        + " answers on lease "
        + visit
        + " of your connection from port "
        + from.getPort()
        + ", and gives it back.\n";
  }
}
