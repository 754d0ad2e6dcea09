package org.sluice.cgi.internal.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.sluice.api.http.Body;

/**
 * Feeds a request body to a program, as fast as the slower of client and program. A program that
 * stops reading is no error: what is left of the body is read and dropped, so that a client that
 * sends before it reads gets its answer. Used on the loop.
 */
public final class InputPump {
  /** Told of what happens. */
  public interface Watcher {
    /** The program took bytes. */
    void progress();

    /** The client's body broke off. */
    void failed(Throwable cause);

    /** The program stopped reading before the body's end. */
    void refused();
  }

  private final ProgramLoop loop;
  private final Body body;
  private final Watcher watcher;
  private final Pipe pipe;
  private final boolean closesPipe;
  private ByteBuffer current;
  private boolean asked;
  private boolean running;
  private boolean dropping;
  private boolean over;

  InputPump(ProgramLoop loop, Body body, int descriptor, Watcher watcher) {
    this.loop = loop;
    this.body = body;
    this.watcher = watcher;
    this.pipe = new Pipe(loop, descriptor, this::run);
    this.closesPipe = true;
  }

  /** For a socket that goes on being read: it is not closed, and its owner calls {@link #run}. */
  InputPump(ProgramLoop loop, Body body, ByteBuffer first, Pipe socket, Watcher watcher) {
    this.loop = loop;
    this.body = body;
    this.watcher = watcher;
    this.pipe = socket;
    this.closesPipe = false;
    this.current = first;
  }

  void start() {
    pipe.watch(true);
    run();
  }

  /** Whether it is the client's turn to send. */
  public boolean waitsForClient() {
    return asked && !over;
  }

  /** Whether the program could take more, or more is to come. */
  public boolean isOver() {
    return over;
  }

  /** Moves what can be moved now. */
  public void run() {
    if (running || over) {
      return;
    }
    running = true;
    try {
      while (!over && step()) {
        // One buffer a turn.
      }
    } finally {
      running = false;
    }
  }

  private boolean step() {
    if (current != null && current.hasRemaining()) {
      return put();
    }
    if (asked) {
      return false;
    }
    asked = true;
    body.read().whenComplete((buffer, failure) -> loop.run(() -> arrived(buffer, failure)));
    return !asked;
  }

  private void arrived(ByteBuffer buffer, Throwable failure) {
    asked = false;
    if (over) {
      return;
    }
    if (failure != null) {
      end();
      if (!dropping) {
        watcher.failed(failure);
      }
    } else if (buffer == null) {
      end();
    } else {
      current = dropping ? null : buffer;
      run();
    }
  }

  private boolean put() {
    int before = current.remaining();
    try {
      pipe.write(current);
    } catch (IOException e) {
      // EPIPE: it has closed its input, or ended.
      dropping = true;
      current = null;
      closePipe();
      watcher.refused();
      return true;
    }
    if (current.remaining() < before) {
      watcher.progress();
    }
    return !current.hasRemaining();
  }

  private void closePipe() {
    if (closesPipe) {
      pipe.end();
    }
  }

  /** Nothing more is fed: the program sees the end of its input. */
  public void end() {
    if (!over) {
      over = true;
      closePipe();
      body.close();
    }
  }
}
