package org.sluice.accesslog.internal.write;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.sluice.log.api.LogSink;
import org.sluice.log.api.LogTarget;
import org.sluice.log.api.LogWriter;
import org.sluice.log.api.SluiceLogWriter;

/** Writer {@code pipe}: a program reads the lines from its standard input, see {@link PipeSink}. */
@Component
@SluiceLogWriter("pipe")
@ServiceRanking(-100)
public final class PipeLogWriter implements LogWriter {
  @Override
  public void check(LogTarget target) {
    if (!target.file().startsWith("|")) {
      throw new IllegalArgumentException(
          "file: the writer pipe wants a program, for example file=|/usr/bin/logger -t sluice");
    }
    String program = CommandLine.parse(target.file()).get(0);
    if (!isThere(target.base(), program)) {
      throw new IllegalArgumentException("file: there is no program " + program + " to start");
    }
  }

  /** A name without a slash is looked for in PATH; others count from the base. */
  private static boolean isThere(Path base, String program) {
    if (program.indexOf('/') >= 0) {
      return isProgram(base.resolve(program));
    }
    String path = System.getenv("PATH");
    for (String folder : path == null ? new String[0] : path.split(":")) {
      if (isProgram(base.resolve(folder).resolve(program))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isProgram(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  @Override
  public LogSink open(LogTarget target) throws IOException {
    return new PipeSink(
        target.name(),
        CommandLine.parse(target.file()),
        target.base(),
        target.base().resolve("run/log-" + target.name() + ".fifo"));
  }
}
