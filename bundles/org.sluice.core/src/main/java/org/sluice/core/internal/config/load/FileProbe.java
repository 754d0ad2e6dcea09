package org.sluice.core.internal.config.load;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.sluice.core.internal.config.read.CfgEntry;
import org.sluice.core.internal.config.read.CfgFile;
import org.sluice.core.internal.config.read.FileName.Kind;
import org.sluice.core.internal.config.read.Problem;

/**
 * Whether the files are there that plug-ins of the distribution read for a request. One that is not
 * may come later, so it is a warning; for {@code sluice check} only, as {@link FolderProbe}.
 */
final class FileProbe {
  /** What plug-ins write to, such as cgi.log, need not be there. */
  private static final Set<String> READ = Set.of("auth.file", "auth.groups", "opening.file");

  private FileProbe() {}

  /** One warning for each entry of sites and routes whose file cannot be read now. */
  static List<Problem> look(Path base, List<CfgFile> files) {
    List<Problem> found = new ArrayList<>();
    for (CfgFile file : files) {
      if (file.name().kind() != Kind.SITE && file.name().kind() != Kind.ROUTE) {
        continue;
      }
      for (CfgEntry entry : file.entries()) {
        String reason = READ.contains(entry.key()) ? reason(base, entry.value()) : null;
        if (reason != null) {
          found.add(
              new Problem(
                  Problem.Severity.WARNING,
                  entry.file(),
                  entry.line(),
                  entry.key(),
                  entry.raw(),
                  reason));
        }
      }
    }
    return found;
  }

  /** Null if it can be read; an empty value and off set no file. */
  private static String reason(Path base, String value) {
    if (value.isEmpty() || value.equals("off")) {
      return null;
    }
    Path path = base.resolve(value);
    if (!Files.exists(path)) {
      return "there is no such file; until it comes requests that need it get 500";
    }
    return Files.isRegularFile(path) && Files.isReadable(path)
        ? null
        : "it is no file that this user may read; requests that need it get 500";
  }
}
