package org.sluice.accesslog.internal.write;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.log.api.LogSink;

/**
 * A program that reads lines from its standard input. Between us and it is a named pipe of which we
 * hold both ends, so that what the program has not read outlives it: when it ends, it is started
 * again, and reads on. A program that ends at once is started once a second at most.
 */
final class PipeSink implements LogSink {
  private static final Logger LOG = LoggerFactory.getLogger("org.sluice.accesslog");
  private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
  private static final long END_MILLIS = 2_000;

  private final String name;
  private final List<String> command;
  private final Path folder;
  private final Fifo fifo;
  private volatile boolean closed;
  private volatile Process process;
  private volatile IOException cannotStart;
  private long started;
  private boolean wasQuick;
  private long told;

  PipeSink(String name, List<String> command, Path folder, Path fifo) throws IOException {
    this.name = name;
    this.command = command;
    this.folder = folder;
    this.fifo = Fifo.open(fifo);
    try {
      start();
    } catch (IOException e) {
      this.fifo.close();
      throw e;
    }
  }

  /** Synchronized: a program that ends is started again by whoever learns of it. */
  private synchronized void start() throws IOException {
    if (closed || isAlive()) {
      return;
    }
    started = System.nanoTime();
    try {
      Process begun =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectInput(fifo.file())
              .redirectOutput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      process = begun;
      cannotStart = null;
      begun.onExit().thenAccept(this::ended);
    } catch (IOException e) {
      cannotStart = e;
      throw e;
    }
  }

  /** Whether the program runs. */
  boolean isAlive() {
    Process now = process;
    return now != null && now.isAlive();
  }

  private void ended(Process gone) {
    if (closed || gone != process) {
      return;
    }
    boolean quick = System.nanoTime() - started < PAUSE;
    tellEnd(gone.exitValue(), quick);
    if (quick) {
      CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(this::startAgain);
    } else {
      startAgain();
    }
  }

  /** One that ends each time at once is told of once a minute. */
  private void tellEnd(int status, boolean quick) {
    long now = System.nanoTime();
    if (quick && wasQuick && now - told < MINUTE) {
      return;
    }
    LOG.error(
        "log {}: the program {} ended with status {}; it is started again{}",
        name,
        command.get(0),
        status,
        quick ? " once a second" : "");
    wasQuick = quick;
    told = now;
  }

  private void startAgain() {
    try {
      start();
    } catch (IOException e) {
      LOG.debug("log {}: the writer's thread tells it, and tries again", name, e);
    }
  }

  /** What failed to start is tried again once a second; until then it is a failure of the log. */
  private synchronized void ensureStarted() throws IOException {
    IOException failure = cannotStart;
    if (failure != null && System.nanoTime() - started < PAUSE) {
      throw failure;
    }
    if (failure != null || (!isAlive() && System.nanoTime() - started > 2 * PAUSE)) {
      start();
    }
  }

  @Override
  public void tick(long now) throws IOException {
    ensureStarted();
  }

  @Override
  public void write(ByteBuffer lines) throws IOException {
    int end = lines.limit();
    while (lines.hasRemaining()) {
      ensureStarted();
      // Whole lines up to the atomic size of a pipe, so that a new reader begins at a line.
      lines.limit(piece(lines, end));
      try {
        fifo.write(lines);
      } finally {
        lines.limit(end);
      }
    }
  }

  private static int piece(ByteBuffer lines, int end) {
    int most = Math.min(end, lines.position() + 4096);
    for (int i = most - 1; i >= lines.position(); i--) {
      if (lines.get(i) == '\n') {
        return i + 1;
      }
    }
    return most;
  }

  /** The program reads to the end in its own time; a new one takes over. */
  @Override
  public void reopen() throws IOException {
    Process old;
    synchronized (this) {
      old = process;
      process = null;
      try {
        start();
      } catch (IOException e) {
        // Better the one there is than none.
        process = old;
        cannotStart = old.isAlive() ? null : e;
        throw e;
      }
    }
    old.destroy();
  }

  /** The program has had its time: it gets no more than end of file and SIGTERM. */
  @Override
  public void interrupt() {
    closed = true;
    Process last = process;
    try {
      fifo.close();
    } catch (IOException e) {
      LOG.debug("log {}: closing the pipe", name, e);
    }
    if (last != null) {
      last.destroy();
    }
  }

  /** End of file, then, if that does not end it, SIGTERM. */
  @Override
  public void close() throws IOException {
    Process last = lastReader();
    fifo.close();
    try {
      if (!last.waitFor(END_MILLIS, TimeUnit.MILLISECONDS)) {
        last.destroy();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      last.destroy();
    }
  }

  /** What a program that has ended left in the pipe is read by one more. */
  private synchronized Process lastReader() {
    try {
      start();
    } catch (IOException e) {
      LOG.warn(
          "log {}: what the program that ended had not read is lost: {}", name, e.getMessage());
    }
    closed = true;
    return process;
  }
}
