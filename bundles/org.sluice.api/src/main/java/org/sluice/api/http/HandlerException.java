package org.sluice.api.http;

import java.util.Objects;

/**
 * An exchange that cannot be answered as asked. The one exception of the contracts: status for the
 * client, a short identifier that appears in log and error page alike, and a message for the log
 * only.
 */
public class HandlerException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final int retryAfter;
  private transient Headers headers = Headers.empty();

  /**
   * A failure without cause.
   *
   * @param status 400 to 599
   * @param code short identifier of the failure, words joined by {@code -}
   * @param message for the log: names file, key, receiver and the like; the client never sees it
   */
  public HandlerException(int status, String code, String message) {
    this(status, code, message, null, 0);
  }

  /** A failure with its cause, which may be null. */
  public HandlerException(int status, String code, String message, Throwable cause) {
    this(status, code, message, cause, 0);
  }

  /**
   * A failure that may pass.
   *
   * @param retryAfter seconds for the field {@code Retry-After}, 0 for none
   */
  public HandlerException(
      int status, String code, String message, Throwable cause, int retryAfter) {
    super(message, cause);
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("status must be 400 to 599: " + status);
    }
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /**
   * Adds fields to the answer, whichever page it gets: {@code Allow} with 405, {@code
   * Content-Range} with 416, {@code WWW-Authenticate} with 401. Called before the exception is
   * thrown or passed on.
   *
   * @return this
   */
  public HandlerException with(Headers fields) {
    headers = Objects.requireNonNull(fields, "fields");
    return this;
  }

  /** Fields of the answer beside those of the page; never null. */
  public Headers headers() {
    return headers == null ? Headers.empty() : headers;
  }

  /** Status for the client. */
  public int status() {
    return status;
  }

  /** Short identifier, for example {@code fd-connect}. */
  public String code() {
    return code;
  }

  /** Seconds for {@code Retry-After}; 0 for none. */
  public int retryAfter() {
    return retryAfter;
  }
}
