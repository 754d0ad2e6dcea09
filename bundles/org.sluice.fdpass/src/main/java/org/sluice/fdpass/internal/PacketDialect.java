package org.sluice.fdpass.internal;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.osgi.service.component.annotations.Component;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Request;
import org.sluice.handoff.api.Dialect;
import org.sluice.handoff.api.DialectTraits;
import org.sluice.handoff.api.DialectTraits.RequestBody;
import org.sluice.handoff.api.DialectTraits.SocketType;
import org.sluice.handoff.api.HandOff;
import org.sluice.handoff.api.Report;
import org.sluice.handoff.api.RequestRest;
import org.sluice.handoff.api.RequestRest.Framing;
import org.sluice.handoff.api.SluiceDialect;

/**
 * The dialect {@code sluice}, version 1: one packet for each hand-off on a standing SEQPACKET
 * connection, a JSON object, LF, and the bytes read already; one line for each report. The
 * specification is {@code docs/hand-off.md}.
 */
@Component(service = Dialect.class)
@SluiceDialect("sluice")
public final class PacketDialect implements Dialect {
  /** The most bytes of a packet in either direction. */
  static final int LONGEST = 65_536;

  private static final DialectTraits TRAITS =
      new DialectTraits(SocketType.SEQPACKET, true, true, true, RequestBody.PASS, "raw");
  private static final ThreadLocal<JsonBytes> JSON = ThreadLocal.withInitial(JsonBytes::new);
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  @Override
  public DialectTraits traits() {
    return TRAITS;
  }

  @Override
  public int longestPacket() {
    return LONGEST;
  }

  @Override
  public ByteBuffer message(HandOff handOff) {
    Exchange exchange = handOff.exchange();
    ByteBuffer unread = handOff.unread();
    RequestRest rest = handOff.rest();
    JsonBytes json = JSON.get().clear();
    json.raw("{\"v\":1,\"id\":").number(handOff.id());
    json.raw(handOff.mode() == HandOff.Mode.LEASE ? ",\"mode\":\"lease\"" : ",\"mode\":\"give\"");
    json.raw(",\"route\":").text(exchange.match().route().name());
    json.raw(handOff.keep() ? ",\"keep\":true" : ",\"keep\":false");
    json.raw(",\"deadline_ms\":").number(handOff.deadline().toMillis());
    address(json.raw(",\"client\":"), exchange.connection().remote());
    json.raw(exchange.connection().secure() ? ",\"tls\":true}" : ",\"tls\":false}");
    address(json.raw(",\"server\":"), exchange.connection().local()).raw('}');
    request(json, exchange.request(), rest.framing() == Framing.CONSUMED);
    json.raw(",\"body\":{\"framing\":\"").raw(framing(rest.framing()));
    json.raw("\",\"left\":").number(rest.left());
    json.raw(rest.expect() ? ",\"expect\":true}" : ",\"expect\":false}");
    json.raw(",\"sent\":").number(handOff.sent());
    json.raw(",\"unread\":").number(unread.remaining());
    json.raw(",\"respond\":");
    fields(json, handOff.respond(), false);
    data(json, handOff.data());
    if (handOff.memo() != null) {
      json.raw(",\"memo\":\"").raw(handOff.memo()).raw('"');
    }
    if (handOff.traceparent() != null) {
      json.raw(",\"traceparent\":\"").raw(handOff.traceparent()).raw('"');
    }
    return json.raw("}\n").direct(unread);
  }

  private static JsonBytes address(JsonBytes json, InetSocketAddress address) {
    json.raw("{\"addr\":\"").address(address.getAddress());
    return json.raw("\",\"port\":").number(address.getPort());
  }

  private static void request(JsonBytes json, Request request, boolean consumed) {
    json.raw(",\"request\":{\"method\":").text(request.method());
    json.raw(",\"target\":").text(request.target());
    json.raw(request.minorVersion() == 0 ? ",\"version\":\"1.0\"" : ",\"version\":\"1.1\"");
    json.raw(",\"headers\":");
    fields(json, request.headers(), consumed);
    json.raw('}');
  }

  private static void fields(JsonBytes json, Headers headers, boolean withoutBody) {
    char before = '[';
    json.raw('[');
    for (int i = 0, n = headers.size(); i < n; i++) {
      String name = headers.name(i);
      if (withoutBody && describesBody(name)) {
        continue;
      }
      json.raw(before == '[' ? "[" : ",[").text(name).raw(',').text(headers.value(i)).raw(']');
      before = ',';
    }
    json.raw(']');
  }

  /** Fields that speak of a body which the receiver will not find. */
  private static boolean describesBody(String name) {
    return name.equalsIgnoreCase("Content-Length")
        || name.equalsIgnoreCase("Transfer-Encoding")
        || name.equalsIgnoreCase("Expect");
  }

  private static String framing(Framing framing) {
    return switch (framing) {
      case NONE -> "none";
      case LENGTH -> "length";
      case CHUNKED -> "chunked";
      case CONSUMED -> "consumed";
    };
  }

  private static void data(JsonBytes json, byte[] data) {
    if (data == null) {
      return;
    }
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data));
      json.raw(",\"data\":").text(text.toString());
    } catch (CharacterCodingException e) {
      json.raw(",\"data64\":\"").raw(Base64.getEncoder().encodeToString(data)).raw('"');
    }
  }

  @Override
  public ByteBuffer spill(long id, int length) {
    JsonBytes json = JSON.get().clear();
    json.raw("{\"v\":1,\"id\":").number(id).raw(",\"spill\":").number(length).raw("}\n");
    return json.direct(NOTHING);
  }

  @Override
  public ByteBuffer notice(Notice notice, long id) {
    JsonBytes line = JSON.get().clear();
    line.raw(notice == Notice.GONE ? "GONE " : "YOURS ").number(id);
    return line.direct(NOTHING);
  }

  @Override
  public Report report(ByteBuffer packet) {
    return new ReportLine(packet).parse();
  }
}
