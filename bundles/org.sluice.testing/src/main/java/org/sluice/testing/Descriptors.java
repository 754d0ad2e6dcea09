package org.sluice.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Open descriptors of a process, from Linux' {@code /proc/PID/fd}. */
public final class Descriptors {
  private Descriptors() {}

  /**
   * Number and what it is open on, as the kernel names it ({@code socket:[123]}, a path).
   * Descriptors that go away meanwhile are left out.
   *
   * @throws IOException if the process is gone or belongs to somebody else
   */
  public static Map<Integer, String> of(long pid) throws IOException {
    Map<Integer, String> open = new TreeMap<>();
    List<Path> links;
    try (Stream<Path> entries = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      links = entries.toList();
    }
    for (Path link : links) {
      try {
        int number = Integer.parseInt(link.getFileName().toString());
        open.put(number, Files.readSymbolicLink(link).toString());
      } catch (NoSuchFileException e) {
        // Closed since the folder was listed.
      }
    }
    return open;
  }

  /** Descriptors of this JVM. */
  public static Map<Integer, String> own() throws IOException {
    return of(ProcessHandle.current().pid());
  }

  /** How many descriptors a process has open. */
  public static int count(long pid) throws IOException {
    return of(pid).size();
  }

  /** How many of them are sockets. */
  public static int sockets(long pid) throws IOException {
    return (int) of(pid).values().stream().filter(name -> name.startsWith("socket:")).count();
  }

  /**
   * How many descriptors of a process are the TCP connection between these two ports of 127.0.0.1,
   * seen from the side of {@code localPort}: 0 after a hand-off.
   */
  public static int connections(long pid, int localPort, int remotePort) throws IOException {
    String inode = inode(pid, "tcp", "0100007F", localPort, remotePort);
    if (inode == null) {
      inode = inode(pid, "tcp6", "0000000000000000FFFF00000100007F", localPort, remotePort);
    }
    String name = "socket:[" + inode + "]";
    return (int) of(pid).values().stream().filter(name::equals).count();
  }

  private static String inode(long pid, String table, String loopback, int local, int remote)
      throws IOException {
    String from = String.format("%s:%04X", loopback, local);
    String to = String.format("%s:%04X", loopback, remote);
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "net", table))) {
      String[] words = line.strip().split("\\s+", -1);
      if (words.length > 9 && words[1].equals(from) && words[2].equals(to)) {
        return words[9];
      }
    }
    return null;
  }
}
