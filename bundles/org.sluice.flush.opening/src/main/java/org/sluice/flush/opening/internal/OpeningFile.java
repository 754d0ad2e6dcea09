package org.sluice.flush.opening.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.sluice.api.http.FileRegion;
import org.sluice.handoff.api.Preamble;

/**
 * A file that starts a body. A small one is kept in memory, so that a request costs no call at all;
 * it is looked at again after a second at the latest. A larger one is opened for each request and
 * copied by the kernel.
 */
final class OpeningFile {
  /** Up to this many bytes are kept. */
  static final int KEPT = 64 * 1024;

  private static final long VALID = TimeUnit.SECONDS.toNanos(1);

  private final Path path;
  private volatile Kept kept;

  private record Kept(byte[] bytes, FileTime modified, Object key, long size, long nanos) {
    boolean matches(BasicFileAttributes now) {
      return size == now.size()
          && modified.equals(now.lastModifiedTime())
          && key.equals(now.fileKey());
    }
  }

  OpeningFile(Path path) {
    this.path = path;
  }

  /**
   * The head with the file's content as it is now, or was a second ago.
   *
   * @throws IOException if it cannot be read or is no file
   */
  Preamble startOf(Preamble head) throws IOException {
    long now = System.nanoTime();
    Kept last = kept;
    if (last != null && now - last.nanos < VALID) {
      return head.body(last.bytes);
    }
    BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
    if (!file.isRegularFile()) {
      throw new IOException("it is not a regular file");
    }
    if (file.size() > KEPT) {
      return head.body(FileRegion.open(path));
    }
    byte[] bytes = last != null && last.matches(file) ? last.bytes : Files.readAllBytes(path);
    kept = new Kept(bytes, file.lastModifiedTime(), file.fileKey(), file.size(), now);
    return head.body(bytes);
  }

  /** Why it could not be read, for a message. */
  String reason(IOException e) {
    return path + ": " + (e instanceof NoSuchFileException ? "no such file" : e.getMessage());
  }
}
