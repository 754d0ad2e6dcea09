package org.sluice.itests.page.internal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import org.osgi.service.component.annotations.Component;
import org.sluice.api.config.Options;
import org.sluice.api.handler.BlockingExchange;
import org.sluice.api.handler.BlockingHandler;
import org.sluice.api.handler.Handler;
import org.sluice.api.handler.SluiceScheme;
import org.sluice.api.http.Headers;

/** Target {@code slow:FILE}: begins its answer at once and ends it when FILE exists. */
@Component(service = Handler.class)
@SluiceScheme("slow")
public final class SlowHandler implements BlockingHandler {
  @Override
  public void handle(BlockingExchange exchange, Options options) throws IOException {
    Path awaited = Path.of(exchange.exchange().match().route().target().rest());
    try (OutputStream out = exchange.respond(200, Headers.of("Content-Type", "text/plain"))) {
      out.write("begin\n".getBytes(StandardCharsets.US_ASCII));
      await(awaited);
      out.write("end\n".getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static void await(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    try (WatchService changes = folder.getFileSystem().newWatchService()) {
      folder.register(changes, StandardWatchEventKinds.ENTRY_CREATE);
      while (!Files.exists(file)) {
        changes.take().reset();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
