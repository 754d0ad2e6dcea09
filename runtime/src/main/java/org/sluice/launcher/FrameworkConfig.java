package org.sluice.launcher;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.osgi.framework.Constants;

/** The properties the framework is made with; bundles read the {@code sluice.*} ones. */
final class FrameworkConfig {
  /** Whether listeners are opened; {@code check} reads and checks everything without. */
  enum Mode {
    RUN,
    CHECK
  }

  private FrameworkConfig() {}

  static Map<String, String> of(Installation installation, Mode mode, Path storage, long started) {
    Map<String, String> config = new HashMap<>();
    config.put("sluice.home", installation.home().toString());
    config.put("sluice.base", installation.base().toString());
    config.put("sluice.mode", mode == Mode.CHECK ? "check" : "run");
    config.put("sluice.version", Version.text());
    config.put("sluice.started", Long.toString(started));

    config.put(Constants.FRAMEWORK_STORAGE, storage.toString());
    config.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
    config.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, "1");
    config.put("felix.cache.locking", "false"); // the base has a lock of its own
    config.put("felix.resolver.parallelism", "1"); // no threads for 30 bundles
    config.put("felix.service.urlhandlers", "false"); // bundles bring no URL schemes
    config.put("felix.log.level", "0"); // Front collects what goes wrong
    config.put("felix.cm.pm", "memory"); // files in etc/ are what lasts

    fileInstall(config, installation);
    config.put("gosh.args", "--nointeractive");
    return config;
  }

  /** Jars in {@code deploy/} and nothing else; configuration is core's. */
  private static void fileInstall(Map<String, String> config, Installation installation) {
    config.put("felix.fileinstall.dir", installation.deploy().toString());
    config.put("felix.fileinstall.filter", "[^.].*");
    config.put("felix.fileinstall.poll", "250");
    config.put("felix.fileinstall.noInitialDelay", "true");
    config.put("felix.fileinstall.disableNio2", "true");
    config.put("felix.fileinstall.optionalImportRefreshScope", "none");
    config.put("felix.fileinstall.fragmentRefreshScope", "none");
    config.put("felix.fileinstall.enableConfigSave", "false");
    config.put("felix.fileinstall.subdir.mode", "skip");
    config.put("felix.fileinstall.tmpdir", installation.cache().resolve("fileinstall").toString());
    config.put("felix.fileinstall.log.default", "jul");
    config.put("felix.fileinstall.log.level", "3"); // up to info: what was installed and removed
  }
}
