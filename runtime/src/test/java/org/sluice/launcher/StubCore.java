package org.sluice.launcher;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * Stands in for {@code org.sluice.core} in the launcher's tests: a bundle that keeps the launcher's
 * contract and does what {@code etc/stub.properties} of the base says. It leaves marks in {@code
 * run/} that tests read, but not in check mode.
 */
public final class StubCore implements BundleActivator {
  private Path run;
  private boolean checking;
  private ServiceRegistration<?> ready;
  private Runnable comeBack;

  @Override
  public void start(BundleContext context) throws IOException {
    Path base = Path.of(context.getProperty("sluice.base"));
    run = base.resolve("run");
    Properties stub = new Properties();
    Path file = base.resolve("etc/stub.properties");
    if (Files.exists(file)) {
      stub.load(Files.newBufferedReader(file));
    }
    checking = context.getProperty("sluice.mode").equals("check");
    mark("mode-" + context.getProperty("sluice.mode"));

    CompletableFuture<List<String>> ready = new CompletableFuture<>();
    if (stub.containsKey("fail")) {
      ready.completeExceptionally(new IllegalStateException(stub.getProperty("fail")));
    } else if (!stub.containsKey("hang")) {
      ready.complete(List.of(stub.getProperty("ready", "http://127.0.0.1:1")));
    }
    Callable<List<String>> check =
        () ->
            stub.stringPropertyNames().stream()
                .filter(k -> k.startsWith("check"))
                .map(stub::getProperty)
                .sorted()
                .toList();
    Function<String, String> explain = url -> "explained " + url;
    comeBack = () -> this.ready = register(context, Future.class, ready, "ready");
    comeBack.run();
    register(context, Runnable.class, this::drain, "drain");
    if (checking) {
      register(context, Callable.class, check, "check");
    }
    register(context, Function.class, explain, "explain");
    if (stub.containsKey("shell")) {
      serveShell();
    }
  }

  private void drain() {
    mark("drained");
  }

  private void mark(String name) {
    if (checking) {
      return;
    }
    try {
      Files.writeString(run.resolve(name), "");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T> ServiceRegistration<T> register(
      BundleContext context, Class<T> type, T service, String name) {
    return context.registerService(type, service, properties(name));
  }

  @SuppressWarnings("JdkObsolete") // the framework wants a Dictionary
  private static Dictionary<String, Object> properties(String name) {
    Dictionary<String, Object> properties = new Hashtable<>();
    properties.put("sluice.launch", name);
    return properties;
  }

  /** Listeners that move, and a core that leaves and comes back. */
  private void obey(String line) {
    if (line.startsWith("exec move ")) {
      Dictionary<String, Object> properties = properties("ready");
      properties.put("sluice.addresses", List.of(line.substring("exec move ".length()).strip()));
      ready.setProperties(properties);
    } else if (line.startsWith("exec leave")) {
      ready.unregister();
    } else if (line.startsWith("exec return")) {
      comeBack.run();
    }
  }

  /** Answers each connection with what it was sent, and status 7. */
  private void serveShell() throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    Files.deleteIfExists(run.resolve("shell.sock"));
    server.bind(UnixDomainSocketAddress.of(run.resolve("shell.sock")));
    Thread thread =
        new Thread(
            () -> {
              while (server.isOpen()) {
                try (SocketChannel client = server.accept()) {
                  echo(client);
                } catch (IOException e) {
                  return;
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private void echo(SocketChannel client) throws IOException {
    ByteBuffer line = ByteBuffer.allocate(1_024);
    boolean interactive = false;
    while (client.read(line) >= 0) {
      String text = new String(line.array(), 0, line.position(), StandardCharsets.UTF_8);
      interactive = text.startsWith("interactive\n");
      if (!interactive && text.endsWith("\n")) {
        break;
      }
    }
    obey(new String(line.array(), 0, line.position(), StandardCharsets.UTF_8));
    client.write(line.flip());
    client.write(ByteBuffer.wrap("\0exit 7\n".getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public void stop(BundleContext context) {
    mark("stopped");
  }
}
