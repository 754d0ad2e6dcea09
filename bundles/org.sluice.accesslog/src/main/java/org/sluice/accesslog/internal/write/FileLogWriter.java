package org.sluice.accesslog.internal.write;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.log.api.LogSink;
import org.sluice.log.api.LogTarget;
import org.sluice.log.api.LogWriter;
import org.sluice.log.api.SluiceLogWriter;

/** Writer {@code file}: appends to a file, see {@link FileSink}. */
@Component
@SluiceLogWriter("file")
@ServiceRanking(-100)
public final class FileLogWriter implements LogWriter {
  private static final Logger LOG = LoggerFactory.getLogger("org.sluice.accesslog");

  @Override
  public void check(LogTarget target) {
    if (target.file().isEmpty()) {
      throw new IllegalArgumentException(
          "file: where to write is missing, for example file=log/access.log");
    }
    Path file = path(target);
    Path folder = file.getParent();
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new IllegalArgumentException("file: " + folder + " is no directory");
    }
    if (!Files.exists(folder) && !folder.equals(target.base().resolve("log"))) {
      throw new IllegalArgumentException("file: the directory " + folder + " does not exist");
    }
    if (Files.isDirectory(file)) {
      throw new IllegalArgumentException("file: " + file + " is a directory");
    }
    Rotation.of(target);
  }

  @Override
  public LogSink open(LogTarget target) throws IOException {
    Path file = path(target);
    warnOfFolder(file.getParent(), target.name());
    return new FileSink(file, Rotation.of(target));
  }

  private static Path path(LogTarget target) {
    return target.base().resolve(target.file()).normalize();
  }

  /** Whoever can replace the file by a link chooses what we write to. */
  private static void warnOfFolder(Path folder, String name) {
    try {
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(folder);
      if (mode.contains(PosixFilePermission.OTHERS_WRITE)) {
        LOG.warn("log {}: everybody may write into the directory {}", name, folder);
      }
    } catch (IOException | UnsupportedOperationException e) {
      LOG.debug("log {}: the mode of {} is not known", name, folder, e);
    }
  }
}
