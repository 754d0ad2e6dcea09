package org.sluice.accesslog.internal.write;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.sluice.log.api.LogSink;
import org.sluice.log.api.LogTarget;
import org.sluice.log.api.LogWriter;
import org.sluice.log.api.SluiceLogWriter;

/** Writer {@code stdout}: standard output of the front, for containers. */
@Component
@SluiceLogWriter("stdout")
@ServiceRanking(-100)
public final class StdoutLogWriter implements LogWriter {
  @Override
  public void check(LogTarget target) {
    if (!target.file().isEmpty()) {
      throw new IllegalArgumentException("file: the writer stdout writes no file");
    }
  }

  @Override
  public LogSink open(LogTarget target) {
    return new Sink();
  }

  private static final class Sink implements LogSink {
    // Not closed: the descriptor is everybody's.
    private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);

    @Override
    public void write(ByteBuffer lines) throws IOException {
      out.write(lines.array(), lines.arrayOffset() + lines.position(), lines.remaining());
      lines.position(lines.limit());
    }

    @Override
    public void close() {
      // See above.
    }
  }
}
