package org.sluice.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.api.wire.MalformedException;

class ChunkedFramingTest {
  private static final Limits LIMITS = Limits.of(TestServer.SPEC);

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(
        text.replace("\\r", "\r").replace("\\n", "\n"), StandardCharsets.ISO_8859_1);
  }

  private static String read(BodyFraming framing, ByteBuf in) throws MalformedException {
    StringBuilder content = new StringBuilder();
    for (int n = framing.ready(in); n > 0; n = framing.ready(in)) {
      content.append(in.readCharSequence(n, StandardCharsets.ISO_8859_1));
      framing.took(n);
    }
    return content.toString();
  }

  @Test
  void readsChunksAndTrailersAndLeavesTheRest() throws MalformedException {
    ByteBuf in =
        bytes(
            "3\\r\\nabc\\r\\n0a;x=1; y=\"a;b\" ;z\\r\\n0123456789\\r\\n0\\r\\nT: v\\r\\n\\r\\nGET");
    ChunkedFraming framing = new ChunkedFraming(LIMITS);
    assertEquals("abc0123456789", read(framing, in));
    assertTrue(framing.ended());
    assertEquals("v", framing.trailers().get("t"));
    assertEquals(13, framing.content());
    assertEquals("GET", in.toString(StandardCharsets.ISO_8859_1));
    assertEquals(in.readerIndex(), framing.consumed());
  }

  @Test
  void readsByteByByte() throws MalformedException {
    ByteBuf all = bytes("1\\r\\na\\r\\nB\\r\\n0123456789x\\r\\n0\\r\\n\\r\\n");
    ByteBuf in = Unpooled.buffer();
    ChunkedFraming framing = new ChunkedFraming(LIMITS);
    StringBuilder content = new StringBuilder();
    while (all.isReadable()) {
      assertFalse(framing.ended());
      in.writeByte(all.readByte());
      content.append(read(framing, in));
    }
    assertTrue(framing.ended());
    assertEquals("a0123456789x", content.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\\r\\n",
        "\\r\\n",
        " 1\\r\\n",
        "1 \\r\\na",
        "-1\\r\\n",
        "0x1\\r\\n",
        "1\\na",
        "1\\r\\nab\\r\\n",
        "1\\r\\na\\n",
        "1\\r\\naX",
        "1;\\r\\n",
        "1;a=\\r\\n",
        "1;a=\"b\\r\\n",
        "1;a=\"b\"c\\r\\n",
        "1234567890abcdef\\r\\n",
        "0\\r\\nContent-Length: 1\\r\\n\\r\\n",
        "0\\r\\nHost: a\\r\\n\\r\\n",
        "0\\r\\n fold\\r\\n\\r\\n",
        "0\\r\\na b: c\\r\\n\\r\\n",
      })
  void refuses(String text) {
    ByteBuf in = bytes(text);
    MalformedException e =
        assertThrows(MalformedException.class, () -> read(new ChunkedFraming(LIMITS), in));
    assertEquals(400, Refused.status(e));
  }

  @Test
  void limitsLinesAndTrailers() {
    String longLine = "1;" + "a".repeat(ChunkedFraming.LINE);
    assertEquals(400, Refused.status(refused(longLine)));
    assertEquals(431, Refused.status(refused("0\\r\\nT: " + "v".repeat(200))));
    assertEquals(431, Refused.status(refused("0\\r\\n" + "T: v\\r\\n".repeat(11))));
  }

  private static MalformedException refused(String text) {
    ByteBuf in = bytes(text);
    return assertThrows(MalformedException.class, () -> read(new ChunkedFraming(LIMITS), in));
  }
}
