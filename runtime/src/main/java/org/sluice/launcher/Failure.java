package org.sluice.launcher;

/** A command cannot go on; the message is for the operator, the number becomes the exit status. */
final class Failure extends Exception {
  private static final long serialVersionUID = 1L;

  /** Exit status of everything that went wrong at run time. */
  static final int FAILED = 1;

  /** Exit status of a wrong command line. */
  static final int USAGE = 2;

  private final int status;

  Failure(int status, String message) {
    super(message);
    this.status = status;
  }

  Failure(String message) {
    this(FAILED, message);
  }

  Failure(String message, Throwable cause) {
    super(message, cause);
    this.status = FAILED;
  }

  int status() {
    return status;
  }
}
