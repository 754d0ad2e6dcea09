package org.sluice.accesslog.internal.write;

import java.io.IOException;
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
    CommandLine.parse(target.file());
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
