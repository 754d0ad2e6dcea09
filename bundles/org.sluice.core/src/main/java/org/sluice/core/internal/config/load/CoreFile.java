package org.sluice.core.internal.config.load;

import java.time.Duration;
import org.sluice.core.internal.config.CoreSettings;
import org.sluice.core.internal.config.keys.BadValueException;
import org.sluice.core.internal.config.keys.KeySpec;
import org.sluice.core.internal.config.keys.Keys;
import org.sluice.core.internal.config.read.CfgFile;
import org.sluice.core.internal.config.read.FileName.Kind;

/**
 * Takes {@code org.sluice.core.cfg} apart; bad values were reported before and give the default.
 */
final class CoreFile {
  private final CfgFile file;
  private final Keys keys;

  private CoreFile(CfgFile file, Keys keys) {
    this.file = file;
    this.keys = keys;
  }

  /** Settings of a file, which may be null. */
  static CoreSettings parse(CfgFile file, Keys keys) {
    CoreFile core = new CoreFile(file, keys);
    Object workers = core.value("workers");
    Object server = core.value("server-header");
    return new CoreSettings(
        (Duration) core.value("plugin.hold"),
        (Duration) core.value("plugin.drain"),
        (Duration) core.value("start.wait"),
        (Duration) core.value("stop.wait"),
        workers == null ? 0 : Math.toIntExact((Long) workers),
        "off".equals(server) ? null : (String) server);
  }

  private Object value(String key) {
    KeySpec spec = keys.find(Kind.CORE, key);
    String text = file == null ? null : file.value(key);
    try {
      return text == null ? spec.defaultValue() : spec.parse(key, text);
    } catch (BadValueException reportedBefore) {
      return spec.defaultValue();
    }
  }
}
