package org.sluice.accesslog.internal.write;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files put aside: {@code NAME.20261121-203834}, with {@code -001} behind where one second has
 * several, and {@code .gz} when compressed. Compressing and removing happen on one quiet thread for
 * all logs; a file is replaced by its compressed form in one step, so that a crash leaves one or
 * the other.
 */
final class Archive {
  private static final Logger LOG = LoggerFactory.getLogger("org.sluice.accesslog");
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);
  private static final int STAMP_LENGTH = 15;
  private static final String GZ = ".gz";
  private static final String UNFINISHED = ".gz.part";
  private static final ExecutorService QUIET = quiet();

  private final Path file;
  private final Rotation rotation;

  Archive(Path file, Rotation rotation) {
    this.file = file;
    this.rotation = rotation;
  }

  private static ExecutorService quiet() {
    return new ThreadPoolExecutor(
        0,
        1,
        1,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        task -> {
          Thread thread = new Thread(task, "sluice-log-archive");
          thread.setDaemon(true);
          thread.setPriority(Thread.MIN_PRIORITY);
          return thread;
        });
  }

  /** Puts the file aside under a name that is free. A device or a link stays where it is. */
  void put() throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(
          (Files.isSymbolicLink(file) ? "a link" : "what is no regular file") + " is not rotated");
    }
    String stamp = file.getFileName() + "." + STAMP.format(LocalDateTime.now());
    Path aside = file.resolveSibling(stamp);
    for (int i = 1; isTaken(aside); i++) {
      aside = file.resolveSibling(stamp + String.format(Locale.ROOT, "-%03d", i));
    }
    Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
  }

  private static boolean isTaken(Path path) {
    return Files.exists(path) || Files.exists(path.resolveSibling(path.getFileName() + GZ));
  }

  /**
   * Compresses and removes what there is, later: by then whoever writes to the same file has seen
   * that it was moved.
   */
  void tidy() {
    if (rotation.compress() || rotation.keep() > 0) {
      CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, QUIET).execute(this::work);
    }
  }

  private void work() {
    try {
      List<Path> aside = aside();
      if (rotation.keep() > 0) {
        for (int i = 0; i < aside.size() - rotation.keep(); i++) {
          Files.deleteIfExists(aside.get(i));
        }
      }
      if (rotation.compress()) {
        for (Path each : aside()) {
          if (!each.toString().endsWith(GZ)) {
            compress(each);
          }
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("files put aside of {} cannot be tidied: {}", file, e.toString());
    }
  }

  /** Files put aside, oldest first. */
  private List<Path> aside() throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(file.getParent())) {
      all.filter(this::isOurs).forEach(found::add);
    }
    found.sort(Comparator.comparing(path -> stem(path.getFileName().toString())));
    return found;
  }

  private static String stem(String name) {
    return name.endsWith(GZ) ? name.substring(0, name.length() - GZ.length()) : name;
  }

  private boolean isOurs(Path path) {
    String prefix = file.getFileName() + ".";
    String name = path.getFileName().toString();
    if (!name.startsWith(prefix) || name.endsWith(UNFINISHED)) {
      return false;
    }
    String stamp = stem(name).substring(prefix.length());
    for (int i = 0; i < stamp.length(); i++) {
      char c = stamp.charAt(i);
      if (i == 8 || i == STAMP_LENGTH ? c != '-' : c < '0' || c > '9') {
        return false;
      }
    }
    return stamp.length() == STAMP_LENGTH || stamp.length() == STAMP_LENGTH + 4;
  }

  private static void compress(Path from) throws IOException {
    Path part = from.resolveSibling(from.getFileName() + UNFINISHED);
    try (InputStream in = Files.newInputStream(from);
        OutputStream out = new GZIPOutputStream(Files.newOutputStream(part), 64 * 1024)) {
      in.transferTo(out);
    }
    Files.move(
        part,
        from.resolveSibling(from.getFileName() + GZ),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    Files.deleteIfExists(from);
  }
}
