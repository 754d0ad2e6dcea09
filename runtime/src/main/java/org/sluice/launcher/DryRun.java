package org.sluice.launcher;

import java.io.IOException;
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

  static <T> T ask(Installation installation, Question<T> question) throws Failure {
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
