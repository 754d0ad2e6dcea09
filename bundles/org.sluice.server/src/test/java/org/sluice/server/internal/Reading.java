package org.sluice.server.internal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.sluice.api.http.Headers;
import org.sluice.api.wire.MalformedException;

/**
 * What the engine's parsers read from a stream of bytes, message by message, as a connection would:
 * head, body, next head, until one is refused or ends the connection.
 */
final class Reading {
  /**
   * One message.
   *
   * @param fields and trailers: one name and value per line
   */
  record Message(
      String method,
      String target,
      int minorVersion,
      String fields,
      String content,
      String trailers,
      boolean keepAlive) {}

  private final Limits limits;
  private final ByteBuf in = Unpooled.buffer();
  private final HeadParser parser = new HeadParser();
  private final ByteArrayOutputStream content = new ByteArrayOutputStream();
  private RequestHead head;
  private BodyFraming body;
  final List<Message> messages = new ArrayList<>();

  /** Status of the refusal that ended it, 0 if none did. */
  int refused;

  /** Whether the last message ends the connection: nothing behind it is read. */
  boolean ended;

  private Reading(Limits limits) {
    this.limits = limits;
  }

  /** Reads {@code bytes} as they would come in pieces of those sizes, the last one repeated. */
  static Reading of(byte[] bytes, Limits limits, int... sizes) {
    Reading reading = new Reading(limits);
    int piece = 0;
    for (int at = 0; at < bytes.length; piece++) {
      int n = Math.min(bytes.length - at, sizes[Math.min(piece, sizes.length - 1)]);
      reading.in.writeBytes(bytes, at, n);
      reading.go();
      at += n;
    }
    return reading;
  }

  private void go() {
    try {
      while (refused == 0 && !ended && in.isReadable() && step()) {
        // Message after message.
      }
    } catch (MalformedException e) {
      refused = Refused.status(e);
    }
  }

  private boolean step() throws MalformedException {
    if (head == null) {
      if (!parser.parse(in, limits)) {
        return false;
      }
      head = parser.head();
      parser.reset();
      body = head.hasBody() ? BodyFraming.of(head, limits) : null;
    }
    if (body != null && !readBody()) {
      return false;
    }
    finish();
    return true;
  }

  private boolean readBody() throws MalformedException {
    for (int n = body.ready(in); n > 0; n = body.ready(in)) {
      byte[] piece = new byte[n];
      in.readBytes(piece);
      content.writeBytes(piece);
      body.took(n);
    }
    return body.ended();
  }

  private void finish() {
    messages.add(
        new Message(
            head.method(),
            head.target(),
            head.minorVersion(),
            text(head.headers()),
            content.toString(StandardCharsets.ISO_8859_1),
            body == null ? "" : text(body.trailers()),
            head.keepAlive()));
    ended = !head.keepAlive();
    content.reset();
    head = null;
    body = null;
  }

  private static String text(Headers fields) {
    StringBuilder text = new StringBuilder();
    fields.forEach((name, value) -> text.append(name).append(':').append(value).append('\n'));
    return text.toString();
  }

  /** As {@link org.sluice.testing.WireCase} writes outcomes, if all that is whole is answered. */
  String outcome() {
    List<String> statuses = new ArrayList<>();
    messages.forEach(message -> statuses.add("200"));
    if (refused != 0) {
      statuses.add(Integer.toString(refused));
    }
    return String.join(",", statuses) + (refused != 0 || ended ? "!" : "");
  }

  @Override
  public String toString() {
    return outcome() + " " + messages + " and " + in.readableBytes() + " bytes";
  }
}
