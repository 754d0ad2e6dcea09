package org.sluice.launcher;

import java.io.InputStream;
import java.io.PrintStream;

/** Where a command reads and writes: the process' standard streams, or a test's. */
record Console(InputStream in, PrintStream out, PrintStream err) {

  /** A line of what was asked for. */
  void say(String line) {
    out.println(line);
  }

  /** A line the operator must act on; every such line of the launcher starts alike. */
  void error(String message) {
    err.println("sluice: " + message);
  }

  void warning(String message) {
    err.println("sluice: warning: " + message);
  }
}
