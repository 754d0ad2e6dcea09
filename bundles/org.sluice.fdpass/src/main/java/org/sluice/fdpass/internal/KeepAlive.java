package org.sluice.fdpass.internal;

import io.netty.channel.unix.Socket;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.handoff.api.ClientSocket;

/**
 * TCP keep-alive probes on a client's socket before it is passed: the time-outs of the front end
 * with the hand-off, and a client that vanished would leave the receiver with a stream for ever.
 */
final class KeepAlive {
  private static final Logger LOG = LoggerFactory.getLogger(KeepAlive.class);

  // socket(7) and tcp(7).
  private static final int SOL_SOCKET = 1;
  private static final int SO_KEEPALIVE = 9;
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_KEEPIDLE = 4;
  private static final int TCP_USER_TIMEOUT = 18;

  private KeepAlive() {}

  /**
   * Sets the idle time until the first probe; 0 is none. A failure costs no hand-off.
   *
   * @param client still valid
   * @param forGood whether nobody but the receiver will look after the client: then what a receiver
   *     before it may have left behind counts too
   */
  static void set(ClientSocket client, int seconds, boolean forGood) {
    boolean changed = forGood && client.wasLent();
    if (seconds != ClientSocket.KEEP_ALIVE_IDLE || changed) {
      set(client.descriptor(), seconds, changed);
    }
  }

  private static void set(int descriptor, int seconds, boolean changed) {
    try {
      // A name for the number, never closed: the engine owns it.
      Socket client = new Socket(descriptor);
      client.setIntOpt(SOL_SOCKET, SO_KEEPALIVE, seconds == 0 ? 0 : 1);
      if (seconds > 0) {
        client.setIntOpt(IPPROTO_TCP, TCP_KEEPIDLE, seconds);
      }
      if (changed) {
        client.setIntOpt(IPPROTO_TCP, TCP_USER_TIMEOUT, 0);
      }
    } catch (IOException e) {
      LOG.debug("keep-alive of descriptor {}", descriptor, e);
    }
  }
}
