package org.sluice.launcher;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A front in check mode: reads the base's configuration and plug-ins, opens no listener, and writes
 * nothing there. It may run beside the base's real front, and by somebody who may only read the
 * base: it takes no lock, and has a temporary folder of its own for all that a front stores.
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
    BaseFolder.check(installation);
    Path folder = temporary();
    Path storage = folder.resolve("felix");
    var config =
        FrameworkConfig.of(
            installation,
            FrameworkConfig.Mode.CHECK,
            storage,
            ProcessClock.start().startedEpochMillis());
    config.put("felix.fileinstall.tmpdir", folder.resolve("fileinstall").toString());
    if (Files.notExists(installation.deploy())) {
      config.put("felix.fileinstall.dir", folder.toString()); // it would complain
    }
    try (Front front = Front.open(installation, config)) {
      front.raise(Front.SERVING);
      return question.ask(front.contract());
    }
  }

  /** Made, and used for native libraries too; removed when the JVM ends, however it is told to. */
  private static Path temporary() throws Failure {
    try {
      Path folder = Files.createTempDirectory("sluice-check-").toAbsolutePath();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder)));
      for (String key :
          List.of(
              "java.io.tmpdir",
              "io.netty.native.workdir",
              "org.newsclub.net.unix.library.tmpdir")) {
        System.setProperty(key, folder.toString());
      }
      return folder;
    } catch (IOException e) {
      throw new Failure(
          System.getProperty("java.io.tmpdir") + ": no temporary folder can be made: " + e, e);
    }
  }

  private static void remove(Path folder) {
    try {
      BaseFolder.delete(folder);
    } catch (IOException | UncheckedIOException e) {
      System.err.println("sluice: " + folder + ": cannot be removed: " + e);
    }
  }
}
