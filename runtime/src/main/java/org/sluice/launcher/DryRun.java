package org.sluice.launcher;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A front in check mode: reads the base's configuration and plug-ins, opens no listener, and leaves
 * nothing behind. It may run beside the base's real front, so it takes no lock and has a storage of
 * its own.
 */
final class DryRun {
  private DryRun() {}

  /** What to ask the front. */
  interface Question<T> {
    T ask(Contract contract) throws Failure;
  }

  /** Findings are the answer; the log's part is only what is wrong with the front itself. */
  private static void quietLog() {
    String log =
        """
        handlers=java.util.logging.ConsoleHandler
        .level=WARNING
        java.util.logging.ConsoleHandler.formatter=org.sluice.launcher.LogLine
        """;
    try (InputStream in = new ByteArrayInputStream(log.getBytes(StandardCharsets.ISO_8859_1))) {
      java.util.logging.LogManager.getLogManager().readConfiguration(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static <T> T ask(Installation installation, Question<T> question) throws Failure {
    quietLog();
    if (Files.notExists(installation.etc())) {
      throw new Failure(
          installation.etc()
              + ": no such folder; sluice run and sluice start make a base complete");
    }
    BaseFolder.prepare(installation);
    BaseFolder.check(installation);
    Path storage = installation.cache().resolve("check-" + ProcessHandle.current().pid());
    var config =
        FrameworkConfig.of(
            installation,
            FrameworkConfig.Mode.CHECK,
            storage,
            ProcessClock.start().startedEpochMillis());
    try {
      config.put("felix.fileinstall.tmpdir", storage.resolve("fileinstall").toString());
      try (Front front = Front.open(installation, config)) {
        front.raise(Front.SERVING);
        return question.ask(front.contract());
      } finally {
        BaseFolder.delete(storage);
      }
    } catch (IOException e) {
      throw new Failure(storage + ": " + e, e);
    }
  }
}
