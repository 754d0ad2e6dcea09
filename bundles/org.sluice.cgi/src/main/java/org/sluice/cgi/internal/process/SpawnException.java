package org.sluice.cgi.internal.process;

import java.io.IOException;

/** A process could not be started. */
public final class SpawnException extends IOException {
  private static final long serialVersionUID = 1L;

  private static final int ENFILE = 23;
  private static final int EMFILE = 24;

  private final transient int errno;

  SpawnException(String message, int errno) {
    super(message);
    this.errno = errno;
  }

  /** Number of the error, as in {@code errno(3)}. */
  public int errno() {
    return errno;
  }

  /** Whether only descriptors were lacking (EMFILE, ENFILE). */
  public boolean isShortage() {
    return errno == ENFILE || errno == EMFILE;
  }

  /** The sentence for an error of a start. */
  static String text(int errno) {
    return switch (errno) {
      case 1 -> "operation not permitted";
      case 2 -> "no such file (the program itself, or the interpreter that it names)";
      case 7 -> "arguments and environment are too long";
      case 8 -> "exec format error: neither a program for this machine nor a script with a #! line";
      case 11 -> "no more processes are allowed (EAGAIN)";
      case 12 -> "out of memory";
      case 13 -> "permission denied: not executable for the user of the front";
      case 20 -> "a part of its path is no folder";
      case ENFILE, EMFILE -> "no descriptor is left for its pipes";
      case 26 -> "the file is open for writing";
      case 40 -> "too many symbolic links";
      default -> "error " + errno;
    };
  }
}
