package org.sluice.fdpass.internal;

import java.nio.ByteBuffer;
import org.sluice.handoff.api.LeaseReport;
import org.sluice.handoff.api.Report;
import org.sluice.handoff.api.Report.Verb;

/**
 * One report of the dialect {@code sluice}: words of printable ASCII, one space between two, up to
 * an LF or the end of the packet. Words behind those that a verb has are for later versions and
 * ignored, as are unknown verbs; a known verb with a word missing or wrong is a violation.
 */
final class ReportLine {
  private static final int LONGEST_NAME = 255;
  private static final int LONGEST_MEMO = 2_048;

  private final ByteBuffer packet;
  private int at;
  private int end;

  ReportLine(ByteBuffer packet) {
    this.packet = packet;
    this.at = packet.position();
    this.end = packet.limit();
    for (int i = at; i < packet.limit(); i++) {
      if (packet.get(i) == '\n') {
        end = i;
        break;
      }
    }
  }

  /**
   * Parses.
   *
   * @throws IllegalArgumentException for a known verb that is not written as it has to be
   */
  Report parse() {
    int verb = at;
    int length = word() - verb;
    switch (length) {
      case 3:
        if (is(verb, "ACK")) {
          return Report.of(Verb.ACK, id(), null);
        }
        if (is(verb, "END")) {
          return ended();
        }
        break;
      case 4:
        if (is(verb, "DONE")) {
          return done();
        }
        if (is(verb, "PASS")) {
          return Report.of(Verb.PASS, id(), reason());
        }
        if (is(verb, "TAKE")) {
          return Report.of(Verb.TAKE, id(), null);
        }
        break;
      case 5:
        if (is(verb, "READY")) {
          return ready();
        }
        if (is(verb, "DRAIN")) {
          return Report.of(Verb.DRAIN, 0, null);
        }
        break;
      default:
        break;
    }
    return Report.UNKNOWN;
  }

  /** Moves behind the word at hand and the space after it; returns where the word ends. */
  private int word() {
    int i = at;
    while (i < end && packet.get(i) != ' ') {
      i++;
    }
    at = Math.min(i + 1, end);
    return i;
  }

  private boolean is(int from, String word) {
    for (int i = 0; i < word.length(); i++) {
      if (packet.get(from + i) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private Report done() {
    long id = id();
    LeaseReport lease =
        new LeaseReport(status(), number("written"), number("body"), number("read"));
    int from = at;
    int length = word() - from;
    boolean keep = length == 4 && is(from, "keep");
    if (!keep && !(length == 5 && is(from, "close"))) {
      throw new IllegalArgumentException("DONE ends in keep or close");
    }
    ByteBuffer rest = packet.duplicate();
    rest.position(Math.min(end + 1, packet.limit()));
    return new Report(Verb.DONE, id, null, 0, 0, lease, keep, rest);
  }

  private Report ended() {
    String memo = name("memo", LONGEST_MEMO);
    LeaseReport stream = new LeaseReport(status(), number("written"), number("body"), 0);
    return new Report(Verb.END, 0, memo, 0, 0, stream, false, null);
  }

  private Report ready() {
    String name = name("name", LONGEST_NAME);
    long capacity = number("capacity");
    long open = number("open");
    return new Report(
        Verb.READY,
        0,
        name,
        (int) Math.min(capacity, Integer.MAX_VALUE),
        (int) Math.min(open, Integer.MAX_VALUE),
        null,
        false,
        null);
  }

  private String reason() {
    StringBuilder text = new StringBuilder();
    for (int i = at; i < end && text.length() < LONGEST_NAME; i++) {
      byte b = packet.get(i);
      // T10: what a receiver says goes to the log.
      text.append(b >= ' ' && b < 0x7f ? (char) b : '?');
    }
    return text.length() == 0 ? null : text.toString();
  }

  private String name(String what, int longest) {
    int from = at;
    int to = word();
    if (to == from || to - from > longest) {
      throw new IllegalArgumentException(what + " has 1 to " + longest + " characters");
    }
    StringBuilder text = new StringBuilder(to - from);
    for (int i = from; i < to; i++) {
      byte b = packet.get(i);
      if (b <= ' ' || b >= 0x7f) {
        throw new IllegalArgumentException(what + " holds byte " + (b & 0xff));
      }
      text.append((char) b);
    }
    return text.toString();
  }

  private long id() {
    long id = number("id");
    if (id == 0) {
      throw new IllegalArgumentException("ids begin at 1");
    }
    return id;
  }

  private int status() {
    long status = number("status");
    if (status > 999) {
      throw new IllegalArgumentException("a status is at most 999");
    }
    return (int) status;
  }

  /** A decimal number of at most 18 digits. */
  private long number(String what) {
    int from = at;
    int to = word();
    if (to == from || to - from > 18) {
      throw new IllegalArgumentException(what + " is a number of 1 to 18 digits");
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = packet.get(i) - '0';
      if (digit < 0 || digit > 9) {
        throw new IllegalArgumentException(what + " is a number");
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
