package org.sluice.backend.internal;

import java.io.IOException;

/** A backend's bytes break the rules of HTTP/1.1; the connection is not used again. */
final class BadResponseException extends IOException {
  private static final long serialVersionUID = 1L;

  BadResponseException(String message) {
    super(message);
  }
}
