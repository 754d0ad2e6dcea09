package org.sluice.launcher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * One front per base: {@code run/sluice.lock}, locked by the running JVM, so that the kernel lets
 * go of it however that process ends. The file's text tells who runs: process id, start in epoch
 * milliseconds, then, once ready, the addresses, a line each.
 */
final class BaseLock implements AutoCloseable {
  /** Who asks whether a front runs holds a shared lock for a moment; a front holds its own on. */
  private static final int TRIES = 40;

  private static final long PAUSE_MILLIS = 5;

  /** In place of addresses, where a front that is ready has none. */
  private static final String NOTHING = "(no listener)";

  private final FileChannel channel;
  private final FileLock lock;
  private final long started;

  private BaseLock(FileChannel channel, FileLock lock, long started) {
    this.channel = channel;
    this.lock = lock;
    this.started = started;
  }

  /** What the lock file of a running front says. */
  record Holder(long pid, long started, List<String> addresses) {
    boolean ready() {
      return !addresses.isEmpty();
    }

    /** Whether the front is ready and yet no address is open. */
    boolean deaf() {
      return addresses.equals(List.of(NOTHING));
    }
  }

  private static Path file(Installation installation) {
    return installation.run().resolve("sluice.lock");
  }

  /** Takes the lock or fails with the holder's process id. */
  static BaseLock take(Installation installation, long started) throws Failure {
    Path file = file(installation);
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = patiently(channel);
      if (lock == null) {
        channel.close();
        throw inUse(installation, holder(installation));
      }
      channel.truncate(0);
      BaseLock held = new BaseLock(channel, lock, started);
      held.write(List.of());
      return held;
    } catch (IOException e) {
      throw new Failure(file + ": cannot be locked: " + e, e);
    }
  }

  /** Fails as {@link #take} does where a front runs in this base; touches nothing. */
  static void mustBeFree(Installation installation) throws Failure {
    Optional<Holder> holder = holder(installation);
    if (holder.isPresent()) {
      throw inUse(installation, holder);
    }
  }

  private static Failure inUse(Installation installation, Optional<Holder> holder) {
    String pid = holder.map(h -> "process " + h.pid()).orElse("another process");
    String file = " (" + file(installation) + ")";
    return new Failure(
        installation.base() + " is in use by " + pid + file + "; stop it first: sluice stop");
  }

  /**
   * Whether {@link #holder} can tell. Who may not look into {@code run/}, or at the lock there, has
   * no shell of the front either; the configuration may be readable all the same.
   */
  static boolean mayBeRead(Installation installation) {
    Path file = file(installation);
    return Files.isExecutable(installation.run())
        && (Files.notExists(file) || Files.isReadable(file));
  }

  /** The front that runs in this base, if one does. */
  static Optional<Holder> holder(Installation installation) throws Failure {
    Path file = file(installation);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        FileLock lock = tryLock(channel, true)) {
      if (lock != null) {
        return Optional.empty();
      }
      return parse(Files.readAllLines(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new Failure(file + ": cannot be read: " + e, e);
    }
  }

  /**
   * Empties the file that a killed front has left, so that its addresses are not taken for those of
   * the next one, which has the lock a moment before its own text stands there.
   */
  static void forget(Installation installation) throws Failure {
    Path file = file(installation);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = tryLock(channel, false)) {
      if (lock != null) {
        channel.truncate(0);
      }
    } catch (NoSuchFileException e) {
      // Nothing was left.
    } catch (IOException e) {
      throw new Failure(file + ": cannot be emptied: " + e, e);
    }
  }

  private static Optional<Holder> parse(List<String> lines) {
    if (lines.size() < 2) {
      return Optional.of(new Holder(0, 0, List.of()));
    }
    List<String> addresses = List.copyOf(lines.subList(2, lines.size()));
    return Optional.of(
        new Holder(Long.parseLong(lines.get(0)), Long.parseLong(lines.get(1)), addresses));
  }

  private static FileLock patiently(FileChannel channel) throws IOException {
    FileLock lock = tryLock(channel, false);
    try {
      for (int i = 1; lock == null && i < TRIES; i++) {
        Thread.sleep(PAUSE_MILLIS);
        lock = tryLock(channel, false);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return lock;
  }

  private static FileLock tryLock(FileChannel channel, boolean shared) throws IOException {
    try {
      return channel.tryLock(0, Long.MAX_VALUE, shared);
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** Makes the addresses known to {@code status} and {@code start}, now and when they change. */
  void ready(List<String> addresses) throws IOException {
    write(addresses.isEmpty() ? List.of(NOTHING) : addresses);
  }

  private synchronized void write(List<String> addresses) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(ProcessHandle.current().pid()).append('\n').append(started).append('\n');
    addresses.forEach(address -> text.append(address).append('\n'));
    // Who reads meanwhile finds the first two lines in any case.
    ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
    int length = bytes.remaining();
    channel.write(bytes, 0);
    channel.truncate(length);
  }

  @Override
  public void close() throws Failure {
    try (channel) {
      channel.truncate(0);
      lock.release();
    } catch (IOException e) {
      throw new Failure("run/sluice.lock: cannot be released: " + e, e);
    }
  }
}
