package org.sluice.log.api;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;
import org.sluice.api.handler.PluginKind;

/**
 * Where lines go; chosen by {@code writer=NAME} of a log, found by the property {@code
 * sluice.log.writer} ({@link SluiceLogWriter}).
 */
@ConsumerType
@PluginKind(name = "log-writer", property = "sluice.log.writer")
public interface LogWriter {

  /**
   * Looks at the settings of a log without opening anything. Called on a thread of the
   * configuration.
   *
   * @throws IllegalArgumentException {@code KEY: what is wrong and what is allowed}
   */
  default void check(LogTarget target) {
    // Nothing is wrong.
  }

  /**
   * Opens a log. Called on the log's own thread; may block. Called again after a while when it
   * fails. A sink that is open stays open when {@link LogSink#write} fails. When the writer leaves,
   * what waits is offered once more and its sinks are closed, before its bundle goes on to stop.
   *
   * @throws IOException if it cannot be opened; the message is shown
   */
  LogSink open(LogTarget target) throws IOException;
}
