package org.sluice.cgi.internal.head;

/** A program's header block cannot be used; the message says why, for the log. */
public final class HeadException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient byte[] line;

  HeadException(String message, byte[] line) {
    super(message);
    this.line = line.clone();
  }

  /** The line that is at fault, as it came; empty if it is none. */
  public byte[] line() {
    return line.clone();
  }
}
