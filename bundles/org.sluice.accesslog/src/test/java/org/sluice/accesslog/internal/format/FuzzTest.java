package org.sluice.accesslog.internal.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.Strictness;
import com.google.gson.internal.Streams;
import com.google.gson.stream.JsonReader;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.sluice.accesslog.internal.Exchanges;
import org.sluice.log.api.LogItem;

/**
 * T10, log injection and crash: whatever bytes an item writes, it is one line, and JSON is valid.
 */
class FuzzTest {
  private static final int ROUNDS = 3_000;

  private final Random random = new Random(20261121);
  private String hostile = "";

  private final Map<String, LogItem> items =
      Map.of(
          "b", (name, argument) -> (entry, out) -> out.bytes(hostile),
          "t", (name, argument) -> (entry, out) -> out.text(hostile),
          "u", (name, argument) -> (entry, out) -> out.url(hostile),
          "p",
              (name, argument) ->
                  (entry, out) -> {
                    out.number(7);
                    int half = hostile.length() / 2;
                    out.bytes(hostile, 0, half);
                    out.bytes(hostile, half, hostile.length());
                    out.number(-7);
                  });

  private String wire() {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(60);
    for (int i = 0; i < length; i++) {
      int kind = random.nextInt(4);
      text.append(
          (char)
              (kind == 0
                  ? random.nextInt(256)
                  : kind == 1
                      ? "\"\\\r\n\t\0?&token=".charAt(random.nextInt(14))
                      : kind == 2 ? 0x80 + random.nextInt(0x80) : 0x20 + random.nextInt(0x5f)));
    }
    return text.toString();
  }

  private byte[] line(String format) {
    return Exchanges.named("plain")
        .line(format, ItemTable.of(items), 4096, Mask.of(List.of("token")));
  }

  @Test
  void oneLineOfPrintableAscii() {
    for (int round = 0; round < ROUNDS; round++) {
      hostile = wire();
      for (String item : List.of("%b", "%t", "%u", "%p")) {
        byte[] line = line("\"" + item + "\" x");
        for (int i = 0; i < line.length - 1; i++) {
          assertTrue(line[i] >= 0x20 && line[i] < 0x7f, "byte " + line[i] + " of " + item);
        }
        assertEquals('\n', line[line.length - 1]);
        assertEquals("\" x", tail(line), "the quotes close where the format closes them");
        assertEquals(2, quotes(line), "no quote but the format's");
      }
    }
  }

  private static String tail(byte[] line) {
    return new String(line, line.length - 4, 3, StandardCharsets.US_ASCII);
  }

  private static int quotes(byte[] line) {
    int quotes = 0;
    for (int i = 0; i < line.length; i++) {
      if (line[i] == '\\') {
        i++;
      } else if (line[i] == '"') {
        quotes++;
      }
    }
    return quotes;
  }

  /** Everything a text line shows can be read back: no two values look alike. */
  @Test
  void escapesCanBeUndone() {
    for (int round = 0; round < ROUNDS; round++) {
      hostile = wire().replace("?", "").replace("&", "");
      byte[] line = line("%b");
      assertEquals(
          hostile, unescape(new String(line, 0, line.length - 1, StandardCharsets.US_ASCII)));
    }
  }

  private static String unescape(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char kind = text.charAt(++i);
      int at = "btnvr".indexOf(kind);
      if (kind == 'x') {
        out.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        out.append(at < 0 ? kind : "\b\t\n\u000b\r".charAt(at));
      }
    }
    return out.toString();
  }

  @Test
  void strictlyValidJson() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      hostile = wire();
      byte[] line = line("json a=%b c=%t d=%u e=%p f=x%b%t-y");
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(line))
              .toString();
      assertEquals(text.length() - 1, text.indexOf('\n'));
      JsonObject object = strict(text);
      assertEquals(List.of("a", "c", "d", "e", "f"), new ArrayList<>(object.keySet()));
      String seen = object.get("a").getAsString();
      assertEquals(
          new String(hostile.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
              .replaceAll("\ufffd+", "\ufffd"),
          seen.replaceAll("\ufffd+", "\ufffd"));
      for (int i = 0; i < text.length() - 1; i++) {
        assertTrue(text.charAt(i) >= 0x20, "a control in JSON");
      }
    }
  }

  private static JsonObject strict(String text) {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    return Streams.parse(reader).getAsJsonObject();
  }

  @Test
  void unpairedSurrogatesAndCutValuesAreValidToo() throws Exception {
    hostile = "\ud800x\udfff\ud83d\ude00\u2028";
    JsonObject object = strict(new String(line("json a=%t"), StandardCharsets.UTF_8));
    assertEquals("?x?\ud83d\ude00\u2028", object.get("a").getAsString());
    hostile = "\u00e2\u0082\u00ac\"".repeat(5_000);
    byte[] line = line("json a=%b c=%b d=%>s".replace("%>s", "%t"));
    object = strict(new String(line, StandardCharsets.UTF_8));
    assertTrue(object.get("a").getAsString().length() > 1_000);
    assertEquals("...[cut]", object.get("d").getAsString());
  }
}
