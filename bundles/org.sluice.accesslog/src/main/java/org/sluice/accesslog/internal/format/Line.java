package org.sluice.accesslog.internal.format;

import java.nio.charset.StandardCharsets;
import org.sluice.log.api.LogOutput;

/**
 * One line being written, for items: its limit, its mask, and what values in JSON become.
 *
 * <p>A value in JSON is a number, null or a string, depending on what is written into it: {@link
 * #beginValue} and {@link #endValue} bracket it.
 */
public final class Line extends EscapedLine implements LogOutput {
  /** What a value in JSON has become so far. */
  private enum Kind {
    OPEN,
    NOTHING,
    NUMBER,
    STRING
  }

  private static final byte[] CUT = "...[cut]".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HIDDEN = "***".getBytes(StandardCharsets.US_ASCII);

  private int limit = 32 * 1024;
  private Kind kind = Kind.OPEN;
  private int valueStart;
  private boolean cut;
  private Mask mask = Mask.NONE;

  /** Begins a line of at most {@code newLimit} bytes, more or less. */
  void begin(boolean newJson, int newLimit, Mask newMask) {
    length = 0;
    json = newJson;
    limit = newLimit;
    mask = newMask;
    cut = false;
    kind = newJson ? Kind.OPEN : Kind.STRING;
  }

  /** Ends the line: cuts it if it is too long, and adds the line feed. */
  void end() {
    if (cut && !json) {
      length = Math.min(length, Math.max(0, limit - CUT.length - 1));
      backOff();
      put(CUT);
    }
    put('\n');
  }

  /** No half escape before the marker. */
  private void backOff() {
    for (int back = 1; back <= 3 && back <= length; back++) {
      if (bytes[length - back] == '\\') {
        // An even number of them is backslashes that were escaped.
        int run = 1;
        while (run < length - back + 1 && bytes[length - back - run] == '\\') {
          run++;
        }
        length -= run % 2 == 1 ? back : 0;
        return;
      }
    }
  }

  /** Bytes of the format itself, as they are. */
  void literal(byte[] text) {
    put(text);
  }

  // ---- values in JSON

  void beginValue() {
    kind = Kind.OPEN;
    valueStart = length;
  }

  /** The value is a string, whatever is written into it. */
  void beginString() {
    put('"');
    kind = Kind.STRING;
  }

  void endValue() {
    switch (kind) {
      case OPEN -> {
        put('"');
        put('"');
      }
      case NOTHING -> put(NULL);
      case NUMBER -> {}
      case STRING -> {
        if (cut) {
          put(CUT);
          cut = false;
        }
        put('"');
      }
    }
  }

  /** Where the line stands, to take back what a failing item wrote. */
  int mark() {
    return length << 2 | kind.ordinal();
  }

  void reset(int mark) {
    length = mark >>> 2;
    kind = KINDS[mark & 3];
  }

  private static final Kind[] KINDS = Kind.values();

  /** Prepares for a piece of text; false if the line is full. */
  private boolean string() {
    if (kind != Kind.STRING) {
      openString();
    }
    if (length >= limit) {
      cut = true;
      return false;
    }
    return true;
  }

  private void openString() {
    if (kind == Kind.NUMBER) {
      insert(valueStart, '"');
    } else {
      put('"');
    }
    kind = Kind.STRING;
  }

  // ---- LogOutput

  @Override
  public void none() {
    if (kind == Kind.STRING) {
      put('-');
    } else {
      kind = Kind.NOTHING;
    }
  }

  @Override
  public void bytes(String wire) {
    if (wire == null) {
      none();
    } else {
      bytes(wire, 0, wire.length());
    }
  }

  @Override
  public void bytes(String wire, int from, int to) {
    if (!string()) {
      return;
    }
    int end = Math.min(to, from + limit);
    cut |= end < to;
    escaped(wire, from, end);
  }

  @Override
  public void text(String text) {
    if (text == null) {
      none();
      return;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        encoded(text);
        return;
      }
    }
    bytes(text, 0, text.length());
  }

  private void encoded(String text) {
    if (!string()) {
      return;
    }
    // An unpaired surrogate becomes a question mark here.
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    int n = Math.min(encoded.length, limit);
    cut |= n < encoded.length;
    encoded(encoded, n);
  }

  @Override
  public void plain(String ascii) {
    if (json) {
      bytes(ascii);
      return;
    }
    if (string()) {
      putAscii(ascii);
    }
  }

  /** Text of a pattern of the operator: as it is in lines of text, escaped in JSON. */
  public void generated(byte[] utf8) {
    if (string()) {
      if (json) {
        literalString(utf8);
      } else {
        put(utf8);
      }
    }
  }

  /** An IPv4 address in network order. */
  public void ipv4(byte[] address) {
    if (string()) {
      putAddress(address);
    }
  }

  @Override
  public void number(long value) {
    if (kind == Kind.NUMBER) {
      openString();
    } else if (kind != Kind.STRING) {
      kind = Kind.NUMBER;
    }
    putNumber(value);
  }

  @Override
  public void url(String wire) {
    if (wire == null || mask.isNone()) {
      bytes(wire);
      return;
    }
    int written = 0;
    long next = mask.next(wire, 0);
    while (next >= 0) {
      int from = (int) (next >>> 32);
      int to = (int) next;
      bytes(wire, written, from);
      if (string()) {
        put(HIDDEN);
      }
      written = to;
      next = mask.next(wire, to);
    }
    bytes(wire, written, wire.length());
  }
}
