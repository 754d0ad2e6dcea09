package org.sluice.ssi.api;

/** An element that cannot be shown: the page prints its error text and goes on. */
public class SsiException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Without cause.
   *
   * @param message for the log only; the page adds document and element, and escapes what a client
   *     sent
   */
  public SsiException(String message) {
    super(message);
  }

  /** With a cause, which may be null. */
  public SsiException(String message, Throwable cause) {
    super(message, cause);
  }
}
