package org.sluice.cgi.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.sluice.api.http.HandlerException;
import org.sluice.cgi.api.CgiCommand;
import org.sluice.testing.Await;
import org.sluice.testing.MapOptions;
import org.sluice.testing.MemoryExchange;
import org.sluice.testing.MemoryExchangeBuilder;

/** A folder of real programs and the handler that runs them. */
final class Stage implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(30);

  final Path folder;
  final CgiState state = new CgiState();
  final CgiHandler handler = new CgiHandler(state);
  private MapOptions options = options();

  Stage(Path folder) {
    this.folder = folder;
  }

  /** All options with their defaults. */
  static MapOptions options() {
    return MapOptions.of().declared(CgiOptions.class).withDefault("index", "index.html");
  }

  Stage with(String key, String value) {
    options = options.with(key, value);
    return this;
  }

  MapOptions now() {
    return options;
  }

  /** A program for the shell that {@code #!} names. */
  Path sh(String name, String... lines) throws IOException {
    return script(name, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
  }

  Path script(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  /** A program in C; the test is skipped where there is no compiler. */
  Path c(String name, String... lines) throws IOException, InterruptedException {
    Optional<Path> compiler = find("cc");
    Assumptions.assumeTrue(compiler.isPresent(), "no C compiler (cc) on this machine");
    Path source = Files.writeString(folder.resolve(name + ".c"), String.join("\n", lines));
    Path program = folder.resolve(name);
    Process compile =
        new ProcessBuilder(compiler.get().toString(), "-o", program.toString(), source.toString())
            .inheritIO()
            .start();
    if (!compile.waitFor(60, TimeUnit.SECONDS) || compile.exitValue() != 0) {
      throw new IOException("cc failed for " + name);
    }
    Files.delete(source);
    return program;
  }

  /** The absolute path of a tool; the test is skipped where there is none. */
  static String need(String tool) {
    Optional<Path> found = find(tool);
    Assumptions.assumeTrue(found.isPresent(), "no " + tool + " on this machine");
    return found.orElseThrow().toString();
  }

  private static Optional<Path> find(String tool) {
    for (String folder : new String[] {"/usr/bin", "/bin", "/usr/local/bin"}) {
      Path path = Path.of(folder, tool);
      if (Files.isExecutable(path)) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }

  MemoryExchangeBuilder get(String target) {
    return of("GET", target);
  }

  MemoryExchangeBuilder of(String method, String target) {
    return MemoryExchange.of(method, target)
        .route("/cgi-bin/", "cgi:" + folder, options)
        .plugin(CgiCommand.class, "*", new HashBangCommand());
  }

  /** Hands it to the handler, and does not wait. */
  MemoryExchange begin(MemoryExchangeBuilder builder) {
    MemoryExchange exchange = builder.build();
    try {
      handler.handle(exchange, options);
    } catch (HandlerException e) {
      exchange.fail(e);
    }
    return exchange;
  }

  /** Runs it until it has ended. */
  MemoryExchange run(MemoryExchangeBuilder builder) {
    MemoryExchange exchange = begin(builder);
    Await.until(LIMIT, () -> exchange.outcome() != null, "the exchange ends");
    return exchange;
  }

  MemoryExchange run(String target) {
    return run(get(target));
  }

  /** Waits until nothing is left of any program. */
  void awaitNothing() {
    Await.until(LIMIT, () -> state.programs().running() == 0, "every program is over");
  }

  /** Whether a process of that number is there, zombies included. */
  static boolean isThere(long pid) {
    return Files.exists(Path.of("/proc", Long.toString(pid)));
  }

  @Override
  public void close() {
    state.deactivate();
  }
}
