package org.sluice.access.internal;

/**
 * A password or group file that cannot be used; the message names file, line and what is allowed.
 */
final class BadFileException extends Exception {
  private static final long serialVersionUID = 1L;

  BadFileException(String message) {
    super(message);
  }
}
