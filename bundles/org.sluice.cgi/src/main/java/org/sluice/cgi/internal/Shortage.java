package org.sluice.cgi.internal;

import java.io.IOException;
import java.nio.file.FileSystemException;
import org.sluice.api.http.HandlerException;

/** Tells a lack of descriptors, which passes, from a fault of a file. */
final class Shortage {
  private Shortage() {}

  /** Whether the process (EMFILE) or the machine (ENFILE) has no descriptor left. */
  static boolean isOf(IOException failure) {
    String reason =
        failure instanceof FileSystemException file ? file.getReason() : failure.getMessage();
    return reason != null && reason.startsWith("Too many open files");
  }

  /** What the client gets: 503, try again; one line in the log. */
  static HandlerException answer(String what) {
    return new HandlerException(503, "descriptors", what + ": too many open files", null, 1);
  }
}
