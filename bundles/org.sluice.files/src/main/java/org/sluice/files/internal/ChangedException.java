package org.sluice.files.internal;

import java.io.IOException;

/** A file has changed while it was looked at: what was found out is void, and found out again. */
final class ChangedException extends IOException {
  private static final long serialVersionUID = 1L;

  ChangedException() {
    super("the file has changed while it was read");
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
