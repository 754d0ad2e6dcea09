package org.sluice.server.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.sluice.api.engine.Listener;
import org.sluice.api.engine.ListenerSpec;
import org.sluice.api.http.Body;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;

/** The bare engine that answers every request with 1 KiB, for measuring: {@code PORT [shared]}. */
final class EngineMain {
  private EngineMain() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    boolean shared = args.length > 1 && args[1].equals("shared");
    NettyEngine engine = new NettyEngine(Runtime.getRuntime().availableProcessors(), shared);
    byte[] body = new byte[1024];
    java.util.Arrays.fill(body, (byte) 'x');
    Response response = Response.of(200, Headers.of("Content-Type", "text/plain"), Body.of(body));
    ListenerSpec spec =
        new ListenerSpec(
            new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])),
            8190,
            8190,
            100,
            Duration.ofSeconds(20),
            Duration.ofMinutes(5),
            0,
            0,
            1024);
    Listener listener = engine.listen(spec, transaction -> transaction.respond(response));
    Runtime.getRuntime().addShutdownHook(new Thread(engine::deactivate));
    listener.address();
    Thread.currentThread().join();
  }
}
