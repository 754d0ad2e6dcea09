package org.sluice.fdpass.internal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.newsclub.net.unix.RawDescriptors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A packet in an unlinked file: nobody finds it but who gets the descriptor. */
final class Spill implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Spill.class);

  private final RandomAccessFile file;
  private final int number;

  private Spill(RandomAccessFile file, int number) {
    this.file = file;
    this.number = number;
  }

  /** Writes the file; blocks. Its position is at the start. */
  static Spill of(byte[] bytes) throws IOException {
    Path path =
        Files.createTempFile(
            folder(),
            "handoff",
            ".spill",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      Files.delete(path);
      file.write(bytes);
      file.seek(0);
      return new Spill(file, RawDescriptors.number(file.getFD()));
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** The base is the working directory; without one, as in tests, the system's folder. */
  private static Path folder() {
    Path run = Path.of("run");
    return Files.isDirectory(run) ? run : Path.of(System.getProperty("java.io.tmpdir"));
  }

  /** The descriptor's number. */
  int number() {
    return number;
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      LOG.debug("closing a file", e);
    }
  }
}
