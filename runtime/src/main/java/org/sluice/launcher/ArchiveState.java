package org.sluice.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells {@code bin/sluice} that a start with an archive of classes went well. The script has left a
 * word in {@code cache/ARCHIVE.state}; where that word stays, the JVM has crashed or was killed,
 * and the next start looks at the archive before it uses it.
 */
final class ArchiveState {
  /** System property of {@code bin/sluice}: the file, if the JVM was given an archive. */
  static final String PROPERTY = "sluice.archive.state";

  private static final ArchiveState THIS_START = new ArchiveState(file());

  private final Path file;
  private final AtomicBoolean told = new AtomicBoolean();

  private ArchiveState(Path file) {
    this.file = file;
  }

  private static Path file() {
    String file = System.getProperty(PROPERTY);
    return file == null ? null : Path.of(file);
  }

  /** For this JVM. */
  static ArchiveState ofThisStart() {
    return THIS_START;
  }

  /**
   * An end in order, be it for a wrong word or configuration or by a signal, is no fault of the
   * archive either.
   */
  void goodAtEnd() {
    if (file != null) {
      Runtime.getRuntime().addShutdownHook(new Thread(this::good, "sluice-archive"));
    }
  }

  /** The archive has done what it is for. */
  void good() {
    if (file != null && told.compareAndSet(false, true)) {
      try {
        good(file);
      } catch (IOException e) {
        // The cache cannot be written: the next start takes a look at the archive, no more.
      }
    }
  }

  /**
   * {@code sluice optimize} has made an archive: what was said of the one before is void.
   *
   * @param sum the checksum, as {@code cksum} prints it
   */
  static void made(Path archive, String sum) throws IOException {
    Files.writeString(archive.resolveSibling(archive.getFileName() + ".sum"), sum + "\n");
    good(archive.resolveSibling(archive.getFileName() + ".state"));
  }

  private static void good(Path file) throws IOException {
    try {
      Files.delete(file);
    } catch (NoSuchFileException e) {
      // the first start
    }
    Files.writeString(file, "ready\n");
  }
}
