package org.sluice.api.wire;

import java.io.IOException;

/**
 * A message breaks the rules of HTTP/1.1: nothing behind it on its connection can be trusted.
 * Without a stack trace, because whoever sends messages causes these, and must not make them dear.
 */
public class MalformedException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * A message that is refused.
   *
   * @param reason for the log; words and numbers of the reader, never the sender's bytes
   */
  public MalformedException(String reason) {
    super(reason);
  }

  /** Fills in nothing. */
  @Override
  public final synchronized Throwable fillInStackTrace() {
    return this;
  }
}
