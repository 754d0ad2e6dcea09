package org.sluice.cgi.internal.head;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.sluice.api.wire.FieldLine;
import org.sluice.api.wire.Grammar;
import org.sluice.api.wire.HandoffData;
import org.sluice.cgi.internal.process.Bytes;

/**
 * Reads the header block of a program (RFC 3875 section 6.2) as it arrives.
 *
 * <table>
 * <caption>Limits</caption>
 * <tr><th>limit</th><th>value</th><th>beyond it</th></tr>
 * <tr><td>a line</td><td>8,190 bytes</td><td>refused</td></tr>
 * <tr><td>the block</td><td>as configured, 64 KiB by default</td><td>refused</td></tr>
 * <tr><td>one {@code X-Handoff-Data}</td><td>65,535 bytes, beside these</td><td>refused</td></tr>
 * </table>
 *
 * <p>Lines end with LF or CRLF; every CR of a line is dropped, so that none can split the response.
 * Names must be tokens and values free of control characters (T2).
 */
public final class HeadParser {
  private static final int LINE = 8190;
  private static final int SHOWN = 30;

  /** What an application attaches to a hand-off has a limit of its own. */
  private static final byte[] DATA =
      (HandoffData.NAME + ":").toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);

  private final long most;
  private final List<String> fields = new ArrayList<>();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(128);
  private long seen;
  private boolean complete;

  /** Bytes of the one line that counts apart; 0 before it has come. */
  private int data;

  /** How many bytes of the line at hand are those of that line's name. */
  private int beginning;

  private byte[] rest = {};

  /** A parser that takes blocks of at most {@code most} bytes. */
  public HeadParser(long most) {
    this.most = most;
  }

  /**
   * Takes the next bytes.
   *
   * @return whether the block is complete; {@link #rest} has what came behind it
   * @throws HeadException if it can be no header block
   */
  public boolean add(byte[] bytes) throws HeadException {
    for (int i = 0; i < bytes.length; i++) {
      if (++seen - data - (data == 0 && isData() ? line.size() : 0) > most) {
        throw new HeadException(
            "premature end of script headers: more than cgi.header-limit=" + most + " bytes",
            line.toByteArray());
      }
      byte b = bytes[i];
      if (b == '\n') {
        if (line.size() == 0) {
          complete = true;
          rest = Arrays.copyOfRange(bytes, i + 1, bytes.length);
          return true;
        }
        try {
          data = data == 0 && isData() ? line.size() : data;
          field();
        } catch (HeadException e) {
          rest = Arrays.copyOfRange(bytes, i + 1, bytes.length);
          throw e;
        }
      } else if (b != '\r') {
        line.write(b);
        follow(b);
        if (line.size() > LINE && line.size() > longest()) {
          throw new HeadException(
              "premature end of script headers: a line is longer than " + longest() + " bytes",
              Arrays.copyOf(line.toByteArray(), SHOWN));
        }
      }
    }
    return false;
  }

  private int longest() {
    return data == 0 && isData() ? HandoffData.LONGEST_LINE : LINE;
  }

  /** Whether the line so far is the name that has a limit of its own. */
  private boolean isData() {
    return beginning == DATA.length;
  }

  /** Follows the beginning of a line, with each byte of it. */
  private void follow(byte b) {
    if (beginning < DATA.length && beginning == line.size() - 1) {
      beginning += (b >= 'A' && b <= 'Z' ? b + 32 : b) == DATA[beginning] ? 1 : 0;
    }
  }

  private void field() throws HeadException {
    byte[] raw = line.toByteArray();
    line.reset();
    beginning = 0;
    String text = new String(raw, StandardCharsets.ISO_8859_1);
    int colon = text.indexOf(':');
    if (colon <= 0) {
      throw new HeadException(
          "malformed header from script: Bad header: " + Bytes.printable(text, SHOWN), raw);
    }
    String name = text.substring(0, colon);
    int start = FieldLine.valueStart(raw, colon + 1, raw.length);
    String value = text.substring(start, FieldLine.valueEnd(raw, start, raw.length));
    if (!Grammar.isToken(name) || !Grammar.isValue(value)) {
      throw new HeadException(
          "malformed header from script: invalid characters: " + Bytes.printable(text, SHOWN), raw);
    }
    fields.add(name);
    fields.add(value);
  }

  /** The output ended: why the block is none. */
  public HeadException ended() {
    return seen == 0
        ? new HeadException("end of script output before headers", new byte[0])
        : new HeadException("premature end of script headers", line.toByteArray());
  }

  /** Whether the block is complete. */
  public boolean isComplete() {
    return complete;
  }

  /** Name, value, name, value, in their order. */
  public List<String> fields() {
    return fields;
  }

  /** Output that came with the block's end, or behind the line that was refused. */
  public byte[] rest() {
    return rest;
  }
}
