package org.sluice.itests;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.sluice.testing.Await;
import org.sluice.testing.Processes;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawResponse;
import org.sluice.testing.RunningProcess;

/** A front that runs as a process of its own; gone when this is closed, whatever happened. */
final class Front implements AutoCloseable {
  /** For anything that involves a start or a stop of a JVM. */
  static final Duration LIMIT = Duration.ofSeconds(60);

  private static final Pattern COMPLAINT = Pattern.compile("^[0-9T:.-]+ (WARN|ERROR) ");

  private final Base base;
  private final Processes processes;
  private final RunningProcess process;
  private final Map<String, Integer> ports = new LinkedHashMap<>();

  private Front(Base base, Processes processes, RunningProcess process) {
    this.base = base;
    this.processes = processes;
    this.process = process;
  }

  /** Starts the packaged front in a base and waits until it is ready. */
  static Front start(Base base) throws IOException {
    return launch(base, Distribution.command("run", "--base", base.path().toString())).awaitReady();
  }

  /** Starts whatever command becomes a front, and does not wait. */
  static Front launch(Base base, List<String> command) throws IOException {
    Processes processes = Distribution.processes();
    try {
      return new Front(base, processes, processes.start(command));
    } catch (IOException e) {
      processes.close();
      throw e;
    }
  }

  Front awaitReady() {
    try {
      String urls = process.awaitLine("^ready (.*) in [0-9]+ ms$", LIMIT).group(1);
      for (String url : urls.split(" ")) {
        URI uri = URI.create(url);
        ports.put(uri.getHost(), uri.getPort());
      }
      return this;
    } catch (AssertionError e) {
      close();
      throw e;
    }
  }

  Base base() {
    return base;
  }

  RunningProcess process() {
    return process;
  }

  long pid() {
    return process.pid();
  }

  /** Port of the listener on 127.0.0.1. */
  int port() {
    return ports.get("127.0.0.1");
  }

  /** Port of the listener on that address. */
  int port(String host) {
    return ports.get(host);
  }

  RawHttpClient connect() throws IOException {
    return RawHttpClient.connect(port());
  }

  RawHttpClient connect(String host) throws IOException {
    return RawHttpClient.connect(new InetSocketAddress(host, port(host)));
  }

  /** One request on a connection of its own. */
  RawResponse get(String target, String... headerLines) throws IOException {
    try (RawHttpClient client = connect()) {
      return client.get(target, headerLines).readResponse();
    }
  }

  /** Asks until the answer is as wanted, for changes that need a moment to be seen. */
  RawResponse await(String target, Predicate<RawResponse> wanted, String description) {
    return Await.value(Duration.ofSeconds(20), () -> get(target), wanted, description);
  }

  RawResponse awaitStatus(String target, int status) {
    return await(target, answer -> answer.status() == status, target + " answers " + status);
  }

  /** Lines that the front wrote so far and that contain the text. */
  List<String> lines(String text) {
    return process.lines().stream().filter(line -> line.contains(text)).toList();
  }

  /** Lines of the log of level WARN or ERROR that contain the text; no stack traces. */
  List<String> complaints(String text) {
    return lines(text).stream().filter(COMPLAINT.asPredicate()).toList();
  }

  /** Runs one shell command through {@code sluice shell}, as from another terminal. */
  Distribution.Result shell(String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of("shell", "--base", base.path().toString()));
    all.addAll(List.of(words));
    return Distribution.run(all.toArray(String[]::new));
  }

  /** Runs one shell command that must succeed, straight over the shell's socket. */
  String ask(String... words) throws IOException {
    String command = String.join(" ", words);
    Distribution.Result result = ShellSocket.exec(base.path("run/shell.sock"), command);
    if (result.status() != 0) {
      throw new AssertionError(command + ": " + result);
    }
    return result.text();
  }

  /** The rows of a table command, asked for as JSON. */
  List<JsonObject> table(String command) throws IOException {
    JsonArray rows = Json.rows(ask(command + " --json"));
    List<JsonObject> objects = new ArrayList<>();
    rows.forEach(row -> objects.add(row.getAsJsonObject()));
    return objects;
  }

  /** Waits until a table has a row as wanted. */
  JsonObject awaitRow(String command, Predicate<JsonObject> wanted, String description) {
    return Await.value(
        Duration.ofSeconds(20),
        () -> table(command).stream().filter(wanted).findFirst().orElse(null),
        row -> row != null,
        description);
  }

  /** Count of an outcome in {@code sluice:handoffs}, over all dialects. */
  long handOffs(String route, String outcome) throws IOException {
    return table("sluice:handoffs").stream()
        .filter(row -> row.get("route").getAsString().equals(route))
        .filter(row -> row.get("outcome").getAsString().equals(outcome))
        .mapToLong(row -> row.get("count").getAsLong())
        .sum();
  }

  /** SIGTERM; waits for the end. */
  int stop() throws IOException {
    process.signal("TERM");
    return process.awaitExit(LIMIT);
  }

  @Override
  public void close() {
    try {
      if (process.alive()) {
        stop();
      }
    } catch (IOException | AssertionError e) {
      // Killed below.
    } finally {
      processes.close();
      Path cache = base.path("cache");
      try {
        Base.delete(cache);
      } catch (IOException e) {
        // It is below target/ and goes with the next clean.
      }
    }
  }

  @Override
  public String toString() {
    return process.toString();
  }
}
