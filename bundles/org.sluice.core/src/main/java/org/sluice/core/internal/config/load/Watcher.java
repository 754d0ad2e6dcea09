package org.sluice.core.internal.config.load;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.internal.config.read.ConfigFolder;
import org.sluice.core.internal.config.read.FileName;

/**
 * Watches {@code etc/} on one thread and calls back after it has been quiet for a while, or has not
 * been for ten times as long. Changes are heard of by inotify and, where that is silent (network
 * file systems, a folder that was replaced), found by looking once a second.
 */
public final class Watcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);
  private static final long LOOK_MILLIS = 1000;

  private final Path path;
  private final ConfigFolder folder;
  private final Runnable onChange;
  private final Quiet quiet;
  private final long quietMillis;
  private final AtomicBoolean asked = new AtomicBoolean();
  private final AtomicBoolean calling = new AtomicBoolean();
  private final Thread thread;
  private volatile boolean closed;
  private volatile WatchService watch;

  /**
   * A watcher; made before the first pass over the folder, so that no change is lost in between.
   *
   * @param quiet how long nothing may change before the callback; 300 ms in production
   * @param onChange called on the watcher's thread; what it throws is logged
   */
  public Watcher(Path folder, Duration quiet, Runnable onChange) {
    this.path = folder;
    this.folder = new ConfigFolder(folder);
    this.onChange = onChange;
    this.quiet = new Quiet(quiet, this.folder.signature());
    this.quietMillis = Math.max(1, quiet.toMillis());
    this.thread = new Thread(this::run, "sluice-config");
    this.thread.setDaemon(true);
  }

  /** Begins to watch. */
  public void start() {
    thread.start();
  }

  /** Asks for a pass although no file changed: a plug-in came or went. Any thread. */
  public void recheck() {
    asked.set(true);
    wake();
  }

  /** Interrupts waiting, never a callback: that would close the files it writes. */
  private void wake() {
    synchronized (calling) {
      if (!calling.get()) {
        thread.interrupt();
      }
    }
  }

  private void run() {
    while (!closed) {
      try {
        boolean touched = !asked.get() && await();
        boolean due = quiet.tick(System.nanoTime(), folder.signature(), touched);
        if (asked.getAndSet(false) || due) {
          call();
        }
      } catch (InterruptedException askedOrClosed) {
        LOG.trace("woken");
      }
    }
  }

  private void call() {
    synchronized (calling) {
      calling.set(true);
      Thread.interrupted();
    }
    try {
      if (!closed) {
        onChange.run();
      }
    } catch (RuntimeException | LinkageError e) {
      LOG.error("the configuration could not be applied", e);
    } finally {
      calling.set(false);
    }
  }

  /** Waits for news and tells whether there were any. */
  private boolean await() throws InterruptedException {
    long millis = quiet.isPending() ? Math.min(LOOK_MILLIS, quietMillis / 4 + 1) : LOOK_MILLIS;
    try {
      WatchService service = service();
      WatchKey key = service.poll(millis, TimeUnit.MILLISECONDS);
      boolean touched = key != null && concernsUs(key);
      if (key != null && !key.reset()) {
        reopen();
      }
      return touched;
    } catch (IOException | ClosedWatchServiceException e) {
      LOG.debug("{} is only looked at once a second: {}", path, e.toString());
      reopen();
      Thread.sleep(millis);
      return false;
    }
  }

  private static boolean concernsUs(WatchKey key) {
    boolean ours = false;
    for (WatchEvent<?> event : key.pollEvents()) {
      Object name = event.context();
      ours |= name == null || FileName.isRead(name.toString());
    }
    return ours;
  }

  private WatchService service() throws IOException {
    if (watch == null) {
      WatchService service = path.getFileSystem().newWatchService();
      try {
        path.register(
            service,
            StandardWatchEventKinds.ENTRY_CREATE,
            StandardWatchEventKinds.ENTRY_DELETE,
            StandardWatchEventKinds.ENTRY_MODIFY);
      } catch (IOException e) {
        service.close();
        throw e;
      }
      watch = service;
    }
    return watch;
  }

  private void reopen() {
    WatchService old = watch;
    watch = null;
    if (old != null) {
      try {
        old.close();
      } catch (IOException e) {
        LOG.debug("closing the watch of {}", path, e);
      }
    }
  }

  /** Stops to watch; waits for a callback that is under way, at most two seconds. */
  @Override
  public void close() {
    closed = true;
    wake();
    try {
      if (thread != Thread.currentThread()) {
        thread.join(2000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    reopen();
  }
}
