package org.sluice.accesslog.internal.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.sluice.log.api.LogOutput;

/**
 * One line being written: bytes in an array that its thread uses again and again, and the escaping
 * of both kinds of formats (T10). Text is escaped byte by byte as httpd does it; JSON strings are
 * always valid UTF-8.
 *
 * <p>A value in JSON is a number, null or a string, depending on what is written into it: {@link
 * #beginValue} and {@link #endValue} bracket it.
 */
public final class Line implements LogOutput {
  /** What a value in JSON has become so far. */
  private enum Kind {
    OPEN,
    NOTHING,
    NUMBER,
    STRING
  }

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CUT = "...[cut]".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HIDDEN = "***".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] UNKNOWN = {(byte) 0xef, (byte) 0xbf, (byte) 0xbd};

  /** Bytes that stand for themselves in both kinds of formats. */
  private static final boolean[] SAFE = new boolean[256];

  static {
    for (int c = 0x20; c < 0x7f; c++) {
      SAFE[c] = c != '"' && c != '\\';
    }
  }

  private byte[] bytes = new byte[1024];
  private int length;
  private int limit = 32 * 1024;
  private boolean json;
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
    room(1);
    bytes[length++] = '\n';
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

  /** The bytes, valid up to {@link #length()}. */
  public byte[] array() {
    return bytes;
  }

  /** Length of the line so far. */
  public int length() {
    return length;
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
    room(1);
    bytes[length++] = '"';
    kind = Kind.STRING;
  }

  /** A literal part of a string. */
  void literalString(byte[] text) {
    for (byte b : text) {
      int c = b & 0xff;
      if (SAFE[c] || c >= 0x80) {
        room(1);
        bytes[length++] = b;
      } else {
        escape(c);
      }
    }
  }

  void endValue() {
    switch (kind) {
      case OPEN -> {
        room(2);
        bytes[length++] = '"';
        bytes[length++] = '"';
      }
      case NOTHING -> put(NULL);
      case NUMBER -> {}
      case STRING -> {
        room(1);
        bytes[length++] = '"';
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
    room(2);
    if (kind == Kind.NUMBER) {
      System.arraycopy(bytes, valueStart, bytes, valueStart + 1, length - valueStart);
      bytes[valueStart] = '"';
      length++;
    } else {
      bytes[length++] = '"';
    }
    kind = Kind.STRING;
  }

  // ---- LogOutput

  @Override
  public void none() {
    if (kind == Kind.STRING) {
      room(1);
      bytes[length++] = '-';
    } else {
      kind = Kind.NOTHING;
    }
  }

  @Override
  @SuppressWarnings("deprecation") // the low bytes are what is wanted: the wire's text is Latin-1
  public void bytes(String wire) {
    if (wire == null) {
      none();
    } else {
      bytes(wire, 0, wire.length());
    }
  }

  @Override
  @SuppressWarnings("deprecation") // see above
  public void bytes(String wire, int from, int to) {
    if (!string()) {
      return;
    }
    int end = Math.min(to, from + limit);
    cut |= end < to;
    int n = end - from;
    room(n);
    wire.getBytes(from, end, bytes, length);
    int stop = length + n;
    for (int i = length; i < stop; i++) {
      if (!SAFE[bytes[i] & 0xff]) {
        escapeFrom(i, stop);
        return;
      }
    }
    length = stop;
  }

  /** What was copied up to {@code stop} is clean up to {@code first}: the rest is written again. */
  private void escapeFrom(int first, int stop) {
    byte[] rest = Arrays.copyOfRange(bytes, first, stop);
    length = first;
    if (json) {
      utf8(rest, rest.length);
      return;
    }
    for (byte b : rest) {
      escapeByte(b & 0xff);
    }
  }

  private void escapeByte(int c) {
    if (SAFE[c]) {
      room(1);
      bytes[length++] = (byte) c;
    } else {
      escape(c);
    }
  }

  /** One byte that does not stand for itself. */
  private void escape(int c) {
    room(6);
    int letter =
        switch (c) {
          case '"' -> '"';
          case '\\' -> '\\';
          case '\b' -> 'b';
          case '\t' -> 't';
          case '\n' -> 'n';
          case '\r' -> 'r';
          case 0x0b -> json ? 0 : 'v';
          default -> 0;
        };
    bytes[length++] = '\\';
    if (letter != 0) {
      bytes[length++] = (byte) letter;
      return;
    }
    if (json) {
      bytes[length++] = 'u';
      bytes[length++] = '0';
      bytes[length++] = '0';
    } else {
      bytes[length++] = 'x';
    }
    bytes[length++] = HEX[c >> 4];
    bytes[length++] = HEX[c & 15];
  }

  /** Bytes of unknown origin into a JSON string: sequences that are no UTF-8 become U+FFFD. */
  private void utf8(byte[] from, int end) {
    int i = 0;
    while (i < end) {
      int c = from[i] & 0xff;
      if (c < 0x80) {
        escapeByte(c);
        i++;
        continue;
      }
      int size = Utf8.sequence(from, i, end);
      room(4);
      if (size > 0) {
        System.arraycopy(from, i, bytes, length, size);
        length += size;
        i += size;
      } else {
        put(UNKNOWN);
        i++;
      }
    }
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
    if (json) {
      utf8(encoded, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      escapeByte(encoded[i] & 0xff);
    }
  }

  @Override
  @SuppressWarnings("deprecation") // ASCII only
  public void plain(String ascii) {
    if (json) {
      bytes(ascii);
      return;
    }
    if (string()) {
      int n = ascii.length();
      room(n);
      ascii.getBytes(0, n, bytes, length);
      length += n;
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
      room(15);
      for (int i = 0; i < 4; i++) {
        if (i > 0) {
          bytes[length++] = '.';
        }
        octet(address[i] & 0xff);
      }
    }
  }

  private void octet(int value) {
    if (value >= 100) {
      bytes[length++] = (byte) ('0' + value / 100);
    }
    if (value >= 10) {
      bytes[length++] = (byte) ('0' + value / 10 % 10);
    }
    bytes[length++] = (byte) ('0' + value % 10);
  }

  @Override
  public void number(long value) {
    if (kind == Kind.NUMBER) {
      openString();
    } else if (kind != Kind.STRING) {
      kind = Kind.NUMBER;
    }
    room(20);
    if (value < 0) {
      put(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
      return;
    }
    int digits = 1;
    for (long v = value; v >= 10; v /= 10) {
      digits++;
    }
    int at = length + digits;
    length = at;
    long v = value;
    do {
      bytes[--at] = (byte) ('0' + v % 10);
      v /= 10;
    } while (v > 0);
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

  private void put(byte[] what) {
    room(what.length);
    System.arraycopy(what, 0, bytes, length, what.length);
    length += what.length;
  }

  private void room(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
