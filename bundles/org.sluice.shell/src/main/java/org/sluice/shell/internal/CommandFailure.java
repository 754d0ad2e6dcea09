package org.sluice.shell.internal;

/** A command that cannot do what it was asked for; the message is all the operator needs. */
final class CommandFailure extends Exception {
  private static final long serialVersionUID = 1L;

  CommandFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
