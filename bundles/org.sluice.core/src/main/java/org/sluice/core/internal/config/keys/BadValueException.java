package org.sluice.core.internal.config.keys;

/** A value that is not what its key allows; the message says what is. */
public final class BadValueException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With the text for the operator. */
  public BadValueException(String message) {
    super(message);
  }
}
