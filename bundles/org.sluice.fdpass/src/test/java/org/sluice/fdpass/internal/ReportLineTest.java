package org.sluice.fdpass.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.handoff.api.LeaseReport;
import org.sluice.handoff.api.Report;
import org.sluice.handoff.api.Report.Verb;

class ReportLineTest {
  private static Report parse(String packet) {
    return new PacketDialect().report(ByteBuffer.wrap(packet.getBytes(ISO_8859_1)));
  }

  @Test
  void verbs() {
    assertEquals(Report.of(Verb.ACK, 17, null), parse("ACK 17"));
    assertEquals(Report.of(Verb.ACK, 17, null), parse("ACK 17\n"));
    assertEquals(Report.of(Verb.ACK, 17, null), parse("ACK 17 and more of a later version"));
    assertEquals(Report.of(Verb.PASS, 3, null), parse("PASS 3"));
    assertEquals(Report.of(Verb.PASS, 3, "too busy?"), parse("PASS 3 too busy\u0007"));
    assertEquals(
        Report.of(Verb.TAKE, 999_999_999_999_999_999L, null), parse("TAKE 999999999999999999"));
    assertEquals(Verb.DRAIN, parse("DRAIN").verb());
    Report ready = parse("READY demo 100 3");
    assertEquals("demo", ready.name());
    assertEquals(100, ready.capacity());
    assertEquals(3, ready.open());
    Report end = parse("END abc_- 200 41 3");
    assertEquals("abc_-", end.name());
    assertEquals(new LeaseReport(200, 41, 3, 0), end.lease());
  }

  @Test
  void doneBringsBytesBack() {
    Report done = parse("DONE 5 204 60 0 12 keep\nGET /next\n");
    assertEquals(new LeaseReport(204, 60, 0, 12), done.lease());
    assertTrue(done.keep());
    assertEquals("GET /next\n", ISO_8859_1.decode(done.leftover()).toString());
    done = parse("DONE 5 200 60 0 0 close");
    assertFalse(done.keep());
    assertEquals(0, done.leftover().remaining());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "ack 1", "HELLO 1", "ACKS 1", "AC", "{\"v\":1}", "\n", "ACK\t1"})
  void unknownVerbsAreForLaterVersions(String packet) {
    assertSame(Report.UNKNOWN, parse(packet));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ACK",
        "ACK ",
        "ACK 0",
        "ACK -1",
        "ACK 1x",
        "ACK  1",
        "ACK 1234567890123456789",
        "PASS",
        "TAKE x",
        "DONE 1 200 1 1 1",
        "DONE 1 200 1 1 1 maybe",
        "DONE 1 2000 1 1 1 keep",
        "DONE 1 200 -1 1 1 keep",
        "DONE 1 200 1 1 1 keepx",
        "READY",
        "READY x",
        "READY x 1",
        "READY x 1 y",
        "END m 200 1",
        "END  200 1 1",
        "END m\u0001 200 1 1"
      })
  void knownVerbsAreReadStrictly(String packet) {
    assertThrows(IllegalArgumentException.class, () -> parse(packet));
  }

  @Test
  void whateverComesIsReadOrRefused() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String[] words = {
      "ACK", "DONE", "PASS", "READY", "END", "1", "200", "keep", "\n", " ", "x", "\u00ff"
    };
    for (int i = 0; i < 20_000; i++) {
      StringBuilder packet = new StringBuilder();
      for (int j = random.nextInt(9); j > 0; j--) {
        packet.append(words[random.nextInt(words.length)]);
        packet.append(random.nextInt(4) == 0 ? "" : " ");
      }
      try {
        Report report = parse(packet.toString());
        assertTrue(report.id() >= 0, () -> seed + ": " + packet);
      } catch (IllegalArgumentException e) {
        assertFalse(e.getMessage().isEmpty(), () -> seed + ": " + packet);
      }
    }
  }
}
