package org.sluice.fdpass.internal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Targets that name a folder: every socket in it is a receiver, and comes and goes with its file.
 * Looked at four times a second on a thread of its own.
 */
final class Folders {
  private static final Logger LOG = LoggerFactory.getLogger(Folders.class);
  private static final long LOOK_MILLIS = 250;
  private static final int TYPE = 0170000;
  private static final int SOCKET = 0140000;

  private final Function<String, Receiver> receivers;
  private final Consumer<Receiver> forget;

  /** Receivers whose file has gone, and which may still have clients. By the looker only. */
  private final List<Receiver> gone = new ArrayList<>();

  private final Map<String, Pool> pools = new ConcurrentHashMap<>();
  private ScheduledExecutorService looker;

  /**
   * No folders yet.
   *
   * @param receivers the receiver at a path
   * @param forget called for one that was in a folder and is over: names may never come again
   */
  Folders(Function<String, Receiver> receivers, Consumer<Receiver> forget) {
    this.receivers = receivers;
    this.forget = forget;
  }

  /** Whether a target is a folder: one path that ends in a slash, or is a folder now. */
  boolean isFolder(List<String> paths) {
    if (paths.size() != 1) {
      return false;
    }
    String path = paths.get(0);
    return path.endsWith("/") || Files.isDirectory(Path.of(path));
  }

  /** The pool of such a target; its receivers are those that are there now. */
  Pool pool(List<String> paths) {
    String folder = paths.get(0);
    Pool pool = new Pool(members(folder));
    pools.put(folder, pool);
    watch();
    return pool;
  }

  private synchronized void watch() {
    if (looker == null) {
      looker =
          Executors.newSingleThreadScheduledExecutor(
              task -> {
                Thread thread = new Thread(task, "sluice-receivers");
                thread.setDaemon(true);
                return thread;
              });
      var unused =
          looker.scheduleWithFixedDelay(
              this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void look() {
    pools.forEach(
        (folder, pool) -> {
          try {
            List<Receiver> now = members(folder);
            List<Receiver> before = pool.receivers();
            if (!now.equals(before)) {
              pool.replace(now);
              before.stream().filter(each -> !now.contains(each)).forEach(gone::add);
            }
          } catch (RuntimeException e) {
            // A scheduled task that throws is never run again.
            LOG.error("folder {} of receivers", folder, e);
          }
        });
    for (Receiver each : List.copyOf(gone)) {
      if (each.isInUse()) {
        gone.remove(each);
      } else if (each.isOver()) {
        gone.remove(each);
        forget.accept(each);
      }
    }
  }

  private List<Receiver> members(String folder) {
    String prefix = folder.endsWith("/") ? folder : folder + "/";
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(folder))) {
      for (Path file : files) {
        if (isSocket(file)) {
          names.add(prefix + file.getFileName());
        }
      }
    } catch (NoSuchFileException e) {
      LOG.debug("folder {} of receivers does not exist", folder);
    } catch (IOException e) {
      LOG.warn("folder {} of receivers cannot be read: {}", folder, e.toString());
    }
    names.sort(null);
    List<Receiver> members = new ArrayList<>();
    names.forEach(name -> members.add(receivers.apply(name)));
    return members;
  }

  private static boolean isSocket(Path file) {
    try {
      // Links are followed here; whether they may be used is for the rules to say.
      return ((Integer) Files.getAttribute(file, "unix:mode") & TYPE) == SOCKET;
    } catch (IOException e) {
      return false;
    }
  }

  synchronized void close() {
    if (looker != null) {
      looker.shutdownNow();
      looker = null;
    }
    pools.clear();
  }
}
