package org.sluice.fdpass.internal;

import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.sluice.junixsocket.Duplicate;

/**
 * The longer ways of a client to its control connection: to one that lives on another event loop,
 * and in company of a file, which holds a packet that is too long for the connection. What is sent
 * later is a duplicate: the client's own number may be a stranger's by then. Begun on the client's
 * loop, which hears of the outcome.
 */
final class Detour {
  private final StandingPassing passing;
  private final IoEventLoop home;
  private final ControlConnection to;
  private final Errand errand;

  Detour(StandingPassing passing, ControlConnection to, Errand errand) {
    this.passing = passing;
    this.home = errand.home;
    this.to = to;
    this.errand = errand;
  }

  /** Takes the duplicate over; the packet's memory may be used again afterwards. */
  void elsewhere(ByteBuffer packet, Duplicate duplicate) {
    send(ByteBuffer.allocateDirect(packet.remaining()).put(packet).flip(), duplicate, null);
  }

  /**
   * Sends on the connection's loop, at once if that is the current one.
   *
   * @param packet direct, and nobody else's
   * @param duplicate of the client's descriptor, closed here
   * @param spill closed here, or null
   */
  void send(ByteBuffer packet, Duplicate duplicate, Spill spill) {
    Runnable task =
        () -> {
          ReceiverException refusal = null;
          try {
            if (spill == null) {
              to.send(errand, packet, duplicate.number());
            } else {
              to.send(errand, packet, duplicate.number(), spill.number());
            }
          } catch (ReceiverException e) {
            refusal = e;
          } finally {
            close(duplicate, spill);
          }
          ReceiverException e = refusal;
          goHome(() -> passing.sent(errand, e));
        };
    if (!to.onLoop(task)) {
      close(duplicate, spill);
    }
  }

  private static void close(Duplicate duplicate, Spill spill) {
    if (spill != null) {
      spill.close();
    }
    try {
      duplicate.close();
    } catch (IOException e) {
      Transfer.LOG.debug("closing a duplicate", e);
    }
  }

  /**
   * Has the packet written to a file; {@link StandingPassing#spilled} comes next, or {@link
   * StandingPassing#notSpilled}.
   *
   * @throws RejectedExecutionException if there is no thread to do it
   */
  void throughFile(ByteBuffer packet, Executor workers) {
    byte[] whole = new byte[packet.remaining()];
    packet.get(whole);
    ByteBuffer shared = to.dialect.spill(errand.id, whole.length);
    ByteBuffer head = ByteBuffer.allocateDirect(shared.remaining()).put(shared).flip();
    workers.execute(
        () -> {
          try {
            Spill spill = Spill.of(whole);
            if (!goHome(() -> passing.spilled(this, head, spill))) {
              spill.close();
            }
          } catch (IOException e) {
            goHome(() -> passing.notSpilled(e));
          }
        });
  }

  private boolean goHome(Runnable task) {
    return home.inEventLoop()
        ? ControlConnection.on(home, task)
        : ControlConnection.on(home, () -> passing.guarded(task));
  }
}
