package org.sluice.accesslog.internal.write;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.log.api.LogSink;
import org.sluice.log.api.LogTarget;
import org.sluice.log.api.LogWriter;

/** The sink of a log: opened when it is needed, and anew when another writer serves. */
final class OpenSink {
  private static final Logger LOG = LoggerFactory.getLogger("org.sluice.accesslog");

  private final LogTarget target;
  private final String name;
  private final Outlet.Writers writers;
  private volatile boolean stale;
  private volatile LogSink sink;

  OpenSink(LogTarget target, String name, Outlet.Writers writers) {
    this.target = target;
    this.name = name;
    this.writers = writers;
  }

  /** The writer of this name came, left or was replaced. */
  void writersChanged() {
    stale = true;
  }

  /** Whether there is nothing to open. */
  boolean isOpen() {
    return sink != null && !stale;
  }

  /** The sink, opened if it is not open. */
  LogSink get() throws IOException {
    if (stale) {
      stale = false;
      close();
    }
    LogSink open = sink;
    if (open == null) {
      LogWriter writer = writers.find(name);
      if (writer == null) {
        throw new IOException("no log-writer named '" + name + "' is installed");
      }
      open = writer.open(target);
      sink = open;
    }
    return open;
  }

  /** Lets it do what is due, if it is open. */
  void tick() throws IOException {
    LogSink open = sink;
    if (open != null) {
      open.tick(System.currentTimeMillis());
    }
  }

  /** Ends what its thread waits for; on another thread. */
  void interrupt() {
    LogSink open = sink;
    if (open != null) {
      open.interrupt();
    }
  }

  void close() {
    LogSink open = sink;
    sink = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException | RuntimeException | LinkageError e) {
        LOG.warn("log {}: closing it failed: {}", target.name(), e.toString());
      }
    }
  }
}
