package org.sluice.fdpass.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Users that may get clients: the user of this process, root (it could take the sockets anyway) and
 * those of {@code handoff.allow-users}, by number or by name of {@code /etc/passwd}. Immutable.
 */
final class Users {
  private static final Path PASSWD = Path.of("/etc/passwd");

  private final int[] allowed;
  private final String text;

  private Users(int[] allowed, String text) {
    this.allowed = allowed;
    this.text = text;
  }

  /**
   * Resolves names now.
   *
   * @param unknown gets the names that nobody on this machine has; they allow nobody
   */
  static Users of(List<String> names, List<String> unknown) {
    int own = ownUid();
    List<Integer> uids = new ArrayList<>();
    uids.add(own);
    for (String name : names) {
      Integer uid = uid(name);
      if (uid == null) {
        unknown.add(name);
      } else {
        uids.add(uid);
      }
    }
    String more = names.isEmpty() ? "" : ", " + String.join(", ", names);
    return new Users(
        uids.stream().mapToInt(Integer::intValue).toArray(),
        "this process's user (" + own + ") and root" + more);
  }

  boolean allows(int uid) {
    if (uid == 0) {
      return true;
    }
    for (int each : allowed) {
      if (each == uid) {
        return true;
      }
    }
    return false;
  }

  /** For messages. */
  @Override
  public String toString() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Users that && Arrays.equals(allowed, that.allowed);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(allowed);
  }

  private static Integer uid(String name) {
    try {
      return Integer.parseUnsignedInt(name);
    } catch (NumberFormatException e) {
      return lookUp(name);
    }
  }

  private static Integer lookUp(String name) {
    try {
      for (String line : Files.readAllLines(PASSWD, StandardCharsets.ISO_8859_1)) {
        String[] fields = line.split(":", 4);
        if (fields.length == 4 && fields[0].equals(name)) {
          return Integer.parseUnsignedInt(fields[2]);
        }
      }
    } catch (IOException | NumberFormatException e) {
      return null;
    }
    return null;
  }

  /** The effective user of this process: Java has no call for it, the kernel's view of it does. */
  static int ownUid() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      throw new IllegalStateException(
          "/proc is not readable: who this process runs as is unknown", e);
    }
  }
}
