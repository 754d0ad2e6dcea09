package org.sluice.cgi.internal.process;

import io.netty.channel.IoEventLoop;
import java.nio.ByteBuffer;

/**
 * An event loop and the memory that everything on it reads through.
 *
 * @param events the loop
 * @param scratch direct; holds nothing between two calls; used on the loop
 */
public record ProgramLoop(IoEventLoop events, ByteBuffer scratch) {
  /** Most reads of one pipe in a row: who writes without end must not have the loop for himself. */
  public static final int TURN = 16;

  private static final int SIZE = 64 * 1024;

  static ProgramLoop of(IoEventLoop events) {
    return new ProgramLoop(events, ByteBuffer.allocateDirect(SIZE));
  }

  /** Runs a task on the loop: now if this is its thread. */
  public void run(Runnable task) {
    if (events.inEventLoop()) {
      task.run();
    } else {
      events.execute(task);
    }
  }
}
