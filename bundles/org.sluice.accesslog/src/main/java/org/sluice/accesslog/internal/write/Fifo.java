package org.sluice.accesslog.internal.write;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A named pipe of which we hold both ends, so that what nobody has read yet stays in it. Its path
 * is nobody else's while it is open: a log that is replaced may still have its own.
 */
final class Fifo implements Closeable {
  private static final Set<Path> TAKEN = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;

  private Fifo(Path path) throws IOException {
    this.path = path;
    make(path);
    // Both ways: neither this nor the program's opening waits for the other.
    channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /** A new one at {@code wanted}, or beside it where another log has one there. */
  static Fifo open(Path wanted) throws IOException {
    Path path = wanted;
    for (int i = 2; !TAKEN.add(path); i++) {
      path = wanted.resolveSibling(wanted.getFileName() + "." + i);
    }
    try {
      return new Fifo(path);
    } catch (IOException e) {
      TAKEN.remove(path);
      throw e;
    }
  }

  /** One that a front left which was killed is replaced. */
  private static void make(Path path) throws IOException {
    Files.createDirectories(path.getParent());
    Files.deleteIfExists(path);
    Process made =
        new ProcessBuilder("mkfifo", "-m", "600", path.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (made.waitFor() != 0) {
        throw new IOException(path + ": mkfifo ended with status " + made.exitValue());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** For a program to read from. */
  File file() {
    return path.toFile();
  }

  /** Writes what fits, at least a byte; waits while it is full. */
  void write(ByteBuffer bytes) throws IOException {
    channel.write(bytes);
  }

  /** End of file for whoever reads, and the end of a write that waits. */
  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      try {
        channel.close();
        Files.deleteIfExists(path);
      } finally {
        TAKEN.remove(path);
      }
    }
  }
}
