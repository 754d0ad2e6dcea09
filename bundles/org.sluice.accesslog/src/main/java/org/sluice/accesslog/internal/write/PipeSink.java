package org.sluice.accesslog.internal.write;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
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
  private static final long END_MILLIS = 2_000;

  private final String name;
  private final List<String> command;
  private final Path folder;
  private final Path fifo;
  private final FileChannel channel;
  private volatile boolean closed;
  private volatile Process process;
  private long started;

  PipeSink(String name, List<String> command, Path folder, Path fifo) throws IOException {
    this.name = name;
    this.command = command;
    this.folder = folder;
    this.fifo = fifo;
    makeFifo();
    // Both ways: neither this nor the program's opening waits for the other.
    channel = FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      start();
    } catch (IOException e) {
      channel.close();
      Files.deleteIfExists(fifo);
      throw e;
    }
  }

  private void makeFifo() throws IOException {
    Files.createDirectories(fifo.getParent());
    Files.deleteIfExists(fifo);
    Process made =
        new ProcessBuilder("mkfifo", "-m", "600", fifo.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (made.waitFor() != 0) {
        throw new IOException(fifo + ": mkfifo ended with status " + made.exitValue());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Synchronized: a program that ends is started again by whoever learns of it. */
  private synchronized void start() throws IOException {
    if (closed || (process != null && process.isAlive())) {
      return;
    }
    started = System.nanoTime();
    Process begun =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(fifo.toFile())
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    process = begun;
    begun.onExit().thenAccept(this::ended);
  }

  private void ended(Process gone) {
    if (closed || gone != process) {
      return;
    }
    boolean quick = System.nanoTime() - started < PAUSE;
    LOG.error(
        "log {}: the program {} ended with status {}; it is started again{}",
        name,
        command.get(0),
        gone.exitValue(),
        quick ? " in a second" : "");
    if (quick) {
      java.util.concurrent.CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS)
          .execute(this::startAgain);
    } else {
      startAgain();
    }
  }

  private void startAgain() {
    try {
      start();
    } catch (IOException e) {
      LOG.error("log {}: the program cannot be started: {}", name, e.getMessage());
    }
  }

  @Override
  public void tick(long now) throws IOException {
    if (!process.isAlive() && System.nanoTime() - started > 2 * PAUSE) {
      start();
    }
  }

  @Override
  public void write(ByteBuffer lines) throws IOException {
    int end = lines.limit();
    while (lines.hasRemaining()) {
      // Whole lines up to the atomic size of a pipe, so that a new reader begins at a line.
      lines.limit(piece(lines, end));
      try {
        channel.write(lines);
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
        throw e;
      }
    }
    old.destroy();
  }

  @Override
  public void interrupt() {
    try {
      closed = true;
      channel.close();
    } catch (IOException e) {
      LOG.debug("log {}: closing the pipe", name, e);
    }
  }

  /** End of file, then, if that does not end it, SIGTERM. */
  @Override
  public void close() throws IOException {
    Process last;
    synchronized (this) {
      closed = true;
      last = process;
    }
    channel.close();
    Files.deleteIfExists(fifo);
    try {
      if (last != null && !last.waitFor(END_MILLIS, TimeUnit.MILLISECONDS)) {
        last.destroy();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      last.destroy();
    }
  }
}
