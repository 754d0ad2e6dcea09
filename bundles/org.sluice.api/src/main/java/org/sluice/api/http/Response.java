package org.sluice.api.http;

import java.util.Objects;

/**
 * What a handler answers: status, fields and body. The engine adds {@code Date}, {@code Server},
 * {@code Connection} and the framing (RFC 9112 section 6); it drops {@code Connection} (but {@code
 * close} among its values ends the connection), {@code Transfer-Encoding} and {@code Keep-Alive}
 * fields given here, and a {@code Content-Length} that contradicts {@link Body#length()}.
 *
 * <p>Immutable but for the body, which has one consumer. The {@code with…} methods share it.
 */
public final class Response {
  private final int status;
  private final Headers headers;
  private final Body body;
  private final String reason;

  private Response(int status, Headers headers, Body body) {
    this(status, headers, body, null);
  }

  private Response(int status, Headers headers, Body body, String reason) {
    if (status < 100 || status > 599) {
      throw new IllegalArgumentException("status must be 100 to 599: " + status);
    }
    this.status = status;
    this.headers = Objects.requireNonNull(headers, "headers");
    this.body = Objects.requireNonNull(body, "body");
    this.reason = reason;
  }

  /** A response of that status (200 to 599, or 101) without fields and body. */
  public static Response of(int status) {
    return new Response(status, Headers.empty(), Body.empty());
  }

  /** A response of that status, fields and body. */
  public static Response of(int status, Headers headers, Body body) {
    return new Response(status, headers, body);
  }

  /** The status code (RFC 9110 section 15). */
  public int status() {
    return status;
  }

  /**
   * The reason phrase of the status line (RFC 9112 section 4), or null for the usual one; one byte
   * per character.
   */
  public String reason() {
    return reason;
  }

  /** The fields as given; never null. */
  public Headers headers() {
    return headers;
  }

  /** The body; never null. */
  public Body body() {
    return body;
  }

  /** The same with another status. */
  public Response withStatus(int newStatus) {
    return new Response(newStatus, headers, body);
  }

  /**
   * The same with that reason phrase, null for the usual one.
   *
   * @throws IllegalArgumentException if it holds a byte that a field value must not hold
   */
  public Response withReason(String newReason) {
    String checked = newReason == null ? null : FieldArray.checkValue("the reason", newReason);
    return new Response(status, headers, body, checked);
  }

  /** The same with one more field; an existing field of the name stays. */
  public Response withHeader(String name, String value) {
    return new Response(
        status, Headers.builder().addAll(headers).add(name, value).build(), body, reason);
  }

  /** The same with these fields instead. */
  public Response withHeaders(Headers newHeaders) {
    return new Response(status, newHeaders, body, reason);
  }

  /** The same with another body; the caller owns (and closes or wraps) the former one. */
  public Response withBody(Body newBody) {
    return new Response(status, headers, newBody, reason);
  }
}
