package org.sluice.ssi.internal.expr;

/** An expression that cannot be parsed or evaluated; the message is for the log. */
public final class ExprException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With a message for the log. */
  public ExprException(String message) {
    super(message);
  }
}
