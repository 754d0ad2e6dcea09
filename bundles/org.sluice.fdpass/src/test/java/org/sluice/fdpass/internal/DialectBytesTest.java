package org.sluice.fdpass.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.sluice.api.http.HandlerException;
import org.sluice.handoff.api.Dialect;
import org.sluice.handoff.api.Dialect.Notice;
import org.sluice.handoff.api.HandOff;
import org.sluice.testing.MapOptions;
import org.sluice.testing.MemoryExchange;
import org.sluice.testing.MemoryHandOff;

/** What dialects write, byte for byte. */
class DialectBytesTest {
  private static MemoryHandOff handOff(String target, String unread, String... fields) {
    var exchange = MemoryExchange.of("GET", target).route("/", "fd:a", LoopbackFront.defaults());
    for (int i = 0; i < fields.length; i += 2) {
      exchange.header(fields[i], fields[i + 1]);
    }
    return MemoryHandOff.of(exchange.build(), LoopbackFront.defaults()).withUnread(unread);
  }

  private static String text(Dialect dialect, HandOff handOff) throws HandlerException {
    return ISO_8859_1.decode(dialect.message(handOff)).toString();
  }

  @Test
  void scgiIsANetstringOfPairs() throws HandlerException {
    MemoryHandOff handOff =
        handOff(
            "/a%20b?q=1",
            "",
            "x-Id",
            "1",
            "X-ID",
            "2",
            "Cookie",
            "a=b",
            "Cookie",
            "c=d",
            "Bad_Name",
            "x",
            "Proxy",
            "evil");
    String message = text(new ScgiDialect(), handOff);
    int colon = message.indexOf(':');
    String pairs = message.substring(colon + 1, message.length() - 1);

    assertEquals(pairs.length(), Integer.parseInt(message.substring(0, colon)));
    assertTrue(message.endsWith(","));
    String local = handOff.exchange().connection().local().getAddress().getHostAddress();
    String remote = handOff.exchange().connection().remote().getAddress().getHostAddress();
    assertEquals(
        "CONTENT_LENGTH|0|SCGI|1+fd_pass|REMOTE_ADDR|"
            + remote
            + "|REMOTE_PORT|"
            + handOff.exchange().connection().remote().getPort()
            + "|REQUEST_METHOD|GET|REQUEST_URI|/a%20b?q=1|SERVER_ADDR|"
            + local
            + "|SERVER_PORT|"
            + handOff.exchange().connection().local().getPort()
            + "|QUERY_STRING|q=1|HTTP_HOST|localhost|HTTP_X_ID|1, 2|HTTP_COOKIE|a=b; c=d|",
        pairs.replace('\0', '|'));
  }

  @Test
  void scgiHasNoPlaceForBytesBehindTheHead() throws HandlerException {
    HandlerException e =
        assertThrows(
            HandlerException.class, () -> new ScgiDialect().message(handOff("/", "GET /next")));
    assertEquals(501, e.status());

    MemoryHandOff along =
        MemoryHandOff.of(MemoryExchange.of("GET", "/").build(), MapOptions.of("scgi.unread", "on"))
            .withUnread("rest");
    String message = text(new ScgiDialect(), along);
    assertTrue(message.contains("QUERY_STRING\0\0SLUICE_UNREAD\0" + "4\0"), message);
    assertTrue(message.endsWith(","), message);
    assertEquals("rest", UTF_8.decode(new ScgiDialect().behind(along)).toString());
    assertNull(new ClassicDialect().behind(along));
  }

  @Test
  void jsonIsWhatTheApplicationSays() throws HandlerException {
    byte[] data = "{\"user\":\"\u00e4\"}".getBytes(UTF_8);
    ByteBuffer message = new JsonDialect().message(handOff("/", "").withData(data));
    byte[] bytes = new byte[message.remaining()];
    message.get(bytes);

    assertArrayEquals(data, bytes);
    assertEquals("\0", text(new JsonDialect(), handOff("/", "")));
    assertEquals("\0", text(new JsonDialect(), handOff("/", "").withData(new byte[0])));
  }

  @Test
  void datagramIsWhatWasRead() throws HandlerException {
    assertEquals(
        "\u0016\u0003\u0001", text(new DatagramDialect(), handOff("/", "\u0016\u0003\u0001")));
    assertEquals(
        65_536, new DatagramDialect().message(handOff("/", "x".repeat(65_536))).remaining());
    for (String refused : new String[] {"", "x".repeat(65_537)}) {
      assertThrows(
          HandlerException.class, () -> new DatagramDialect().message(handOff("/", refused)));
    }
  }

  @Test
  void sluiceIsOneObjectAndTheBytes() throws HandlerException {
    MemoryHandOff handOff =
        handOff("/x?a=\"\\\u00e4", "rest\n{", "X-T", "a\tb")
            .lease()
            .withData("d\u00e4".getBytes(UTF_8));
    String message = UTF_8.decode(new PacketDialect().message(handOff)).toString();

    assertTrue(message.startsWith("{\"v\":1,\"id\":1,\"mode\":\"lease\",\"route\":\""), message);
    assertTrue(
        message.contains(
            "\"request\":{\"method\":\"GET\",\"target\":\"/x?a=\\\"\\\\\u00e4\",\"version\":\"1.1\","
                + "\"headers\":["),
        message);
    assertTrue(message.contains("[\"X-T\",\"a\\u0009b\"]"), message);
    assertTrue(
        message.endsWith(
            "\"body\":{\"framing\":\"none\",\"left\":0,\"expect\":false},\"sent\":0,\"unread\":6,"
                + "\"respond\":[],\"data\":\"d\u00e4\"}\nrest\n{"),
        message);
    byte[] noText = {(byte) 0xff, 0};
    message = text(new PacketDialect(), handOff("/", "").withData(noText));
    assertTrue(message.contains(",\"data64\":\"/wA=\""), message);
  }

  @Test
  void sluiceNotices() {
    PacketDialect dialect = new PacketDialect();
    assertEquals("GONE 17", ISO_8859_1.decode(dialect.notice(Notice.GONE, 17)).toString());
    assertEquals("YOURS 9", ISO_8859_1.decode(dialect.notice(Notice.YOURS, 9)).toString());
    assertEquals(
        "{\"v\":1,\"id\":3,\"spill\":70000}\n",
        ISO_8859_1.decode(dialect.spill(3, 70_000)).toString());
  }

  @Test
  void addressesAreThoseOfRfc5952() throws UnknownHostException {
    String[] same = {
      "::1", "::", "2001:db8::1", "1:0:0:2::3", "fe80::1:2:3:4", "127.0.0.1", "a:0:b::"
    };
    for (String address : same) {
      assertEquals(address, IpText.of(InetAddress.getByName(address)));
    }
    assertEquals("1:0:2:3:4:5:6:7", IpText.of(InetAddress.getByName("1:0:2:3:4:5:6:7")));
  }
}
