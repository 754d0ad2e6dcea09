package org.sluice.cgi.internal.process;

import java.util.function.Consumer;

/**
 * Cuts a program's standard error into lines for the log: control characters escaped, long lines
 * cut, and no more than a number of bytes in all, so that a program cannot fill the disk.
 */
final class ErrorLines {
  /** Longest line in the log. */
  private static final int LINE = 8191;

  private final Consumer<String> log;
  private final StringBuilder line = new StringBuilder();
  private final long most;
  private long seen;
  private boolean cut;

  ErrorLines(long most, Consumer<String> log) {
    this.most = most;
    this.log = log;
  }

  void add(byte[] bytes) {
    for (byte b : bytes) {
      if (most > 0 && ++seen > most) {
        if (!cut) {
          cut = true;
          finish();
          log.accept("(more than cgi.stderr-limit=" + most + " bytes: the rest is dropped)");
        }
        return;
      }
      if (b == '\n') {
        finish();
      } else if (line.length() < LINE) {
        Bytes.escape(line, b & 0xff);
      }
    }
  }

  /** The end of the output, or of a line. */
  void finish() {
    int length = line.length();
    if (length > 3 && line.indexOf("\\x0d", length - 4) >= 0) {
      line.setLength(length - 4);
    }
    if (line.length() > 0) {
      log.accept(line.toString());
      line.setLength(0);
    }
  }
}
