package org.sluice.core.internal.config.load;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sluice.core.internal.config.read.CfgEntry;
import org.sluice.core.internal.config.read.CfgFile;

/** Where keys stand, for what is found wrong with a snapshot. */
final class Lines {
  private final Map<String, CfgFile> files = new HashMap<>();

  Lines(List<CfgFile> files) {
    files.forEach(file -> this.files.put(file.display(), file));
  }

  /** The line of a key in a file; 0 if it does not stand there. */
  int of(String file, String key) {
    CfgFile found = files.get(file);
    CfgEntry entry = found == null ? null : found.entry(key);
    return entry == null ? 0 : entry.line();
  }
}
