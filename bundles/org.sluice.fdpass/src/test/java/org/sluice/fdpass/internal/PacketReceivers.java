package org.sluice.fdpass.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.sluice.testing.Await;
import org.sluice.testing.Processes;
import org.sluice.testing.RunningProcess;

/** A front on the real engine and receivers of the dialect sluice, each its own process. */
final class PacketReceivers implements AutoCloseable {
  static final Duration SOON = Duration.ofSeconds(10);

  final EngineFront front;
  private final Processes processes = new Processes();
  private final Path folder;

  PacketReceivers(Path folder) throws Exception {
    this.folder = folder;
    this.front = new EngineFront(0);
  }

  Path path(String socket) {
    return folder.resolve(socket);
  }

  RunningProcess start(String socket, String... options) throws Exception {
    String script = Path.of(PacketReceivers.class.getResource("/packets.py").toURI()).toString();
    String[] command = new String[3 + options.length];
    command[0] = "python3";
    command[1] = script;
    command[2] = path(socket).toString();
    System.arraycopy(options, 0, command, 3, options.length);
    RunningProcess process = processes.start(command);
    process.awaitLine("ready", SOON);
    return process;
  }

  /** Whether SIGSTOP holds it, see proc(5). */
  static boolean isStopped(RunningProcess process) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    return stat.startsWith("T ", stat.lastIndexOf(')') + 2);
  }

  Processes processes() {
    return processes;
  }

  /** A route {@code name} to sockets of the folder. */
  void route(String name, String sockets, String... options) {
    StringBuilder target = new StringBuilder("fd:");
    for (String socket : sockets.split(",")) {
      target.append(target.length() == 3 ? "" : ",").append(path(socket));
    }
    String[] all = new String[options.length + 2];
    all[0] = "dialect";
    all[1] = "sluice";
    System.arraycopy(options, 0, all, 2, options.length);
    front.route(name, target.toString(), all);
  }

  long count(String route, Step step) {
    return front.count(route, "sluice", step);
  }

  void await(String route, Step step, long count) {
    Await.until(() -> count(route, step) == count, route + " " + step + " " + count);
  }

  static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }

  @Override
  public void close() {
    front.close();
    processes.close();
  }
}
