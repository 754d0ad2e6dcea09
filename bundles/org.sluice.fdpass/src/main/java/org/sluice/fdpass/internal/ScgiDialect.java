package org.sluice.fdpass.internal;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Request;
import org.sluice.handoff.api.Dialect;
import org.sluice.handoff.api.DialectTraits;
import org.sluice.handoff.api.DialectTraits.RequestBody;
import org.sluice.handoff.api.DialectTraits.SocketType;
import org.sluice.handoff.api.HandOff;
import org.sluice.handoff.api.RequestRest.Framing;
import org.sluice.handoff.api.SluiceDialect;

/**
 * What libnginx-mod-http-fd-pass writes: an SCGI head as a netstring, with the descriptor beside
 * its first byte. The receiver writes the whole response.
 */
@Component(service = Dialect.class)
@SluiceDialect("scgi")
@Designate(ocd = ScgiOptions.class)
public final class ScgiDialect implements Dialect {
  private static final DialectTraits TRAITS =
      new DialectTraits(SocketType.STREAM, false, false, false, RequestBody.PASS, "raw");

  private static final Set<String> OF_A_BODY =
      Set.of("CONTENT_LENGTH", "TRANSFER_ENCODING", "EXPECT");

  @Override
  public DialectTraits traits() {
    return TRAITS;
  }

  @Override
  public ByteBuffer message(HandOff handOff) throws HandlerException {
    ByteBuffer unread = handOff.unread();
    boolean along = handOff.options().flag("scgi.unread");
    Request request = handOff.exchange().request();
    boolean consumed = handOff.rest().framing() == Framing.CONSUMED;
    if (!along && (unread.hasRemaining() || (!consumed && request.body().length() != 0))) {
      throw new HandlerException(
          501,
          "fd-body",
          "there is more than the head of the request, which the dialect scgi does not carry;"
              + " scgi.unread=on passes it to receivers that read SLUICE_UNREAD");
    }
    ByteArrayOutputStream pairs = new ByteArrayOutputStream(1024);
    pair(pairs, "CONTENT_LENGTH", "0");
    pair(pairs, "SCGI", "1+fd_pass");
    InetSocketAddress remote = handOff.exchange().connection().remote();
    pair(pairs, "REMOTE_ADDR", IpText.of(remote.getAddress()));
    pair(pairs, "REMOTE_PORT", Integer.toString(remote.getPort()));
    pair(pairs, "REQUEST_METHOD", request.method());
    String query = request.query();
    pair(pairs, "REQUEST_URI", query == null ? request.rawPath() : request.rawPath() + "?" + query);
    InetSocketAddress local = handOff.exchange().connection().local();
    pair(pairs, "SERVER_ADDR", IpText.of(local.getAddress()));
    pair(pairs, "SERVER_PORT", Integer.toString(local.getPort()));
    pair(pairs, "QUERY_STRING", query == null ? "" : query);
    if (along) {
      pair(pairs, "SLUICE_UNREAD", Integer.toString(unread.remaining()));
    }
    Map<String, String> fields = fields(request.headers());
    if (consumed) {
      // They speak of a body which the receiver will not find.
      fields.keySet().removeAll(OF_A_BODY);
    }
    fields.forEach((name, value) -> pair(pairs, "HTTP_" + name, value));
    return netstring(pairs);
  }

  /** A receiver that does not want them may close with them unread. */
  @Override
  public ByteBuffer behind(HandOff handOff) {
    return handOff.unread();
  }

  private static ByteBuffer netstring(ByteArrayOutputStream pairs) {
    byte[] length = (pairs.size() + ":").getBytes(StandardCharsets.US_ASCII);
    ByteBuffer message = ByteBuffer.allocateDirect(length.length + pairs.size() + 1);
    return message.put(length).put(pairs.toByteArray()).put((byte) ',').flip();
  }

  /** RFC 3875 section 4.1.18, with the names that a shell could misread left out. */
  private static Map<String, String> fields(Headers headers) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (int i = 0, n = headers.size(); i < n; i++) {
      String name = variable(headers.name(i));
      // T7: HTTP_PROXY steers the programs that a receiver may start.
      if (name != null && !name.equals("PROXY")) {
        String joint = name.equals("COOKIE") ? "; " : ", ";
        fields.merge(name, headers.value(i), (first, more) -> first + joint + more);
      }
    }
    return fields;
  }

  /**
   * Upper case with underscores; null for a name that holds anything but letters, digits and '-'.
   */
  private static String variable(String name) {
    char[] out = new char[name.length()];
    for (int i = 0; i < out.length; i++) {
      char c = name.charAt(i);
      if (c >= 'a' && c <= 'z') {
        out[i] = (char) (c - 'a' + 'A');
      } else if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
        out[i] = c;
      } else if (c == '-') {
        out[i] = '_';
      } else {
        return null;
      }
    }
    return new String(out);
  }

  private static void pair(ByteArrayOutputStream to, String name, String value) {
    to.writeBytes(name.getBytes(StandardCharsets.ISO_8859_1));
    to.write(0);
    to.writeBytes(value.getBytes(StandardCharsets.ISO_8859_1));
    to.write(0);
  }
}
