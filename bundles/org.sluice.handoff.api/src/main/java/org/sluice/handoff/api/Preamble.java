package org.sluice.handoff.api;

import org.sluice.api.http.Body;
import org.sluice.api.http.FileRegion;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;

/**
 * What the client gets from the front before the hand-off, as a value: nothing, a head, or a head
 * and the first bytes of the body.
 *
 * <p>The front adds {@code Date}, {@code Server} and {@code Connection: close}, and never a length
 * or a transfer coding: the body ends with the connection. Immutable but for a file region, which
 * has one owner: whoever sends the preamble.
 */
public final class Preamble {
  private static final Preamble NONE = new Preamble(null);

  private final Response head;

  private Preamble(Response head) {
    this.head = head;
  }

  /** Nothing: the receiver writes the whole response. */
  public static Preamble none() {
    return NONE;
  }

  /** A head of that status, 200 to 599, without fields of its own. */
  public static Preamble head(int status) {
    return new Preamble(Response.of(status));
  }

  /** The same with one more field. */
  public Preamble header(String name, String value) {
    return new Preamble(present().withHeader(name, value));
  }

  /** The same with these fields instead. */
  public Preamble headers(Headers headers) {
    return new Preamble(present().withHeaders(headers));
  }

  /** The same with the UTF-8 bytes of {@code start} as start of the body. */
  public Preamble body(String start) {
    return new Preamble(present().withBody(Body.of(start)));
  }

  /** The same with {@code start}, which is not copied, as start of the body. */
  public Preamble body(byte[] start) {
    return new Preamble(present().withBody(Body.of(start)));
  }

  /** The same with a part of a file as start of the body; the preamble owns the region. */
  public Preamble body(FileRegion start) {
    return new Preamble(present().withBody(start));
  }

  /** Whether nothing is sent. */
  public boolean isNone() {
    return head == null;
  }

  /**
   * Status, fields and start of the body.
   *
   * @throws IllegalStateException if this is {@link #none()}
   */
  public Response present() {
    if (head == null) {
      throw new IllegalStateException("this preamble has no head");
    }
    return head;
  }
}
