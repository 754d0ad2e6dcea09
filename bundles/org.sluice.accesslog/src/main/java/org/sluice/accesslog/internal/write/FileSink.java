package org.sluice.accesslog.internal.write;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.log.api.LogSink;

/**
 * A file opened for append (O_APPEND), so that several processes can share it. A file that was
 * moved or removed is noticed within {@value #LOOK_MILLIS} ms of writing and opened anew; until
 * then lines go to the moved one, so none is lost. The writer's thread only.
 */
final class FileSink implements LogSink {
  private static final Logger LOG = LoggerFactory.getLogger("org.sluice.accesslog");
  private static final long LOOK_MILLIS = 100;
  private static final long AGAIN = TimeUnit.SECONDS.toNanos(10);

  /** Logs that share a file put it aside once. */
  private static final Object ROTATING = new Object();

  private final Path file;
  private final Rotation rotation;
  private final Archive archive;
  private FileChannel channel;
  private Object key;
  private long size;
  private long periodEnd = Long.MAX_VALUE;
  private long looked;

  /** Whether a rotation has failed, and since when. */
  private boolean stuck;

  private long failed;

  FileSink(Path file, Rotation rotation) throws IOException {
    this.file = file;
    this.rotation = rotation;
    this.archive = new Archive(file, rotation);
    rotateOld();
    openFile();
    archive.tidy();
  }

  /** A file that was written to in an earlier period, before it is opened. */
  private void rotateOld() {
    if (rotation.every().isZero()) {
      return;
    }
    try {
      BasicFileAttributes old = Files.readAttributes(file, BasicFileAttributes.class);
      long end = rotation.end(old.lastModifiedTime().toMillis(), ZoneId.systemDefault());
      if (old.size() > 0 && end <= System.currentTimeMillis()) {
        synchronized (ROTATING) {
          archive.put();
        }
      }
    } catch (NoSuchFileException none) {
      // The usual first start.
    } catch (IOException e) {
      cannotRotate(e);
    }
  }

  private void openFile() throws IOException {
    if (!Files.isDirectory(file.getParent())) {
      Files.createDirectories(file.getParent());
    }
    channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
    key = now.fileKey();
    size = now.size();
    periodEnd = rotation.end(System.currentTimeMillis(), ZoneId.systemDefault());
    looked = System.nanoTime();
  }

  @Override
  public void write(ByteBuffer lines) throws IOException {
    if (channel == null) {
      rotateOld();
      openFile();
    }
    look();
    int end = lines.limit();
    while (lines.hasRemaining()) {
      int fit = rotation.size() == 0 || isPostponed() ? end : fitting(lines, end);
      if (fit == lines.position()) {
        rotateIfPossible();
        continue;
      }
      lines.limit(fit);
      try {
        all(lines);
      } finally {
        lines.limit(end);
      }
    }
  }

  /** Where the lines end that still fit into the file; a file gets at least one line. */
  private int fitting(ByteBuffer lines, int end) {
    long room = rotation.size() - size;
    if (lines.remaining() <= room) {
      return end;
    }
    int last = lines.position();
    for (int i = lines.position(); i < end; i++) {
      if (lines.get(i) == '\n') {
        if (i + 1 - lines.position() > room && (last > lines.position() || size > 0)) {
          return last;
        }
        last = i + 1;
      }
    }
    return last;
  }

  private void all(ByteBuffer lines) throws IOException {
    try {
      while (lines.hasRemaining()) {
        size += channel.write(lines);
      }
    } catch (IOException e) {
      // A new descriptor for the next try: the file system may have been mounted anew.
      closeFile();
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /** Whether the path still leads to the file that is open; others may write to that, too. */
  private void look() throws IOException {
    long now = System.nanoTime();
    if (now - looked < TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)) {
      return;
    }
    looked = now;
    if (!isHere()) {
      reopen();
    }
  }

  private boolean isHere() throws IOException {
    try {
      BasicFileAttributes present = Files.readAttributes(file, BasicFileAttributes.class);
      if (key.equals(present.fileKey())) {
        size = present.size();
        return true;
      }
    } catch (NoSuchFileException e) {
      // Moved or removed.
    }
    return false;
  }

  @Override
  public void tick(long now) throws IOException {
    if (channel == null) {
      return;
    }
    if (now >= periodEnd || (stuck && !isPostponed())) {
      if (size > 0) {
        rotateIfPossible();
      } else {
        periodEnd = rotation.end(now, ZoneId.systemDefault());
      }
    } else {
      look();
    }
  }

  @Override
  public void reopen() throws IOException {
    closeFile();
    openFile();
  }

  /** A file that cannot be put aside is written on: its lines are worth more than its size. */
  private void rotateIfPossible() throws IOException {
    try {
      rotate();
    } catch (IOException e) {
      if (channel == null) {
        throw e;
      }
      cannotRotate(e);
    }
  }

  private void cannotRotate(IOException why) {
    failed = System.nanoTime();
    if (!stuck) {
      stuck = true;
      LOG.error("{} cannot be rotated and goes on growing: {}", file, Trouble.reason(why));
    }
  }

  private boolean isPostponed() {
    return stuck && System.nanoTime() - failed < AGAIN;
  }

  @Override
  public void rotate() throws IOException {
    try {
      synchronized (ROTATING) {
        // Another log, or another program, may have put it aside just now.
        if (key != null && isHere()) {
          archive.put();
        }
      }
    } finally {
      reopen();
    }
    if (stuck) {
      stuck = false;
      LOG.info("{} is rotated again", file);
    }
    archive.tidy();
  }

  private void closeFile() throws IOException {
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void close() throws IOException {
    closeFile();
  }
}
