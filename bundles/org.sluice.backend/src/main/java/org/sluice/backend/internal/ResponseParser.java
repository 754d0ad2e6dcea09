package org.sluice.backend.internal;

import io.netty.buffer.ByteBuf;
import java.util.Locale;
import org.sluice.api.http.Headers;
import org.sluice.api.wire.FieldLine;
import org.sluice.api.wire.Grammar;
import org.sluice.api.wire.HandoffData;
import org.sluice.api.wire.MalformedException;

/**
 * Reads one response head (RFC 9112 sections 4 to 6), strictly, and nothing behind it. What a
 * lenient parser would repair is refused, because whatever reads the response next may repair it
 * differently (T1, T2): a lone CR or LF, folded lines, controls, blanks before a colon, a second
 * {@code Content-Length}, one beside {@code Transfer-Encoding}, a coding that is not a single
 * {@code chunked}, a body of unknown extent in HTTP/1.0 clothes.
 *
 * <p>Bytes are consumed line by line, so a head that arrives in pieces keeps its parser.
 */
final class ResponseParser {
  /** What an application attaches to a hand-off has a limit of its own. */
  private static final String DATA = HandoffData.NAME + ":";

  private Headers.Builder fields = Headers.builder();
  private int count;
  private int status;
  private int minorVersion;
  private long contentLength = -1;
  private boolean transferCoding;
  private boolean close;
  private boolean keepAlive;
  private int bytes;

  /** Bytes of the one line that counts apart; 0 before it has come. */
  private int data;

  /** Whether anything of a head was seen. */
  boolean begun() {
    return bytes > 0;
  }

  /**
   * Consumes what belongs to the head.
   *
   * @param scratch of the loop; used during the call
   * @return the head when it is whole, after which the next one can be read; else null
   */
  ResponseHead parse(ByteBuf in, Scratch scratch, HeadLimits limits) throws MalformedException {
    int length = in.readableBytes();
    byte[] b = scratch.bytes(length);
    in.getBytes(in.readerIndex(), b, 0, length);
    int at = 0;
    boolean whole = false;
    try {
      while (true) {
        int end = lineEnd(b, at, length, limits);
        if (end < 0) {
          return null;
        }
        int from = at;
        at = end + 2;
        if (bytes + at - data > limits.head()) {
          throw new MalformedException("the head is longer than " + limits.head() + " bytes");
        }
        if (status == 0) {
          statusLine(b, from, end);
        } else if (from < end) {
          field(b, from, end, limits.fields());
        } else {
          whole = true;
          return finish();
        }
      }
    } finally {
      bytes = whole ? 0 : bytes + at;
      in.skipBytes(at);
    }
  }

  private int lineEnd(byte[] b, int from, int to, HeadLimits limits) throws MalformedException {
    int end = FieldLine.end(b, from, to);
    int length = (end < 0 ? to - 1 : end) - from;
    if (length > limits.field()) {
      if (data > 0 || length > HandoffData.LONGEST_LINE || !isData(b, from)) {
        throw new MalformedException("a line is longer than " + limits.field() + " bytes");
      }
      data = end < 0 ? 0 : length;
    }
    return end;
  }

  private static boolean isData(byte[] b, int from) {
    for (int i = 0; i < DATA.length(); i++) {
      if (b.length <= from + i || (b[from + i] | 0x20) != (DATA.charAt(i) | 0x20)) {
        return false;
      }
    }
    return true;
  }

  /**
   * RFC 9112 section 4: {@code HTTP/1.x SP 3DIGIT SP reason}. The blank before an absent reason may
   * be missing, as section 4 lets clients allow; nothing depends on it.
   */
  private void statusLine(byte[] b, int from, int end) throws MalformedException {
    boolean good =
        end - from >= 12
            && b[from] == 'H'
            && b[from + 1] == 'T'
            && b[from + 2] == 'T'
            && b[from + 3] == 'P'
            && b[from + 4] == '/'
            && b[from + 5] == '1'
            && b[from + 6] == '.'
            && isDigit(b[from + 7])
            && b[from + 8] == ' '
            && isDigit(b[from + 9])
            && isDigit(b[from + 10])
            && isDigit(b[from + 11])
            && (end - from == 12 || b[from + 12] == ' ');
    if (!good) {
      throw new MalformedException("the status line is no status line of HTTP/1.x");
    }
    for (int i = from + 12; i < end; i++) {
      if (!Grammar.isValue(b[i])) {
        throw new MalformedException("the reason phrase holds a control character");
      }
    }
    int code = (b[from + 9] - '0') * 100 + (b[from + 10] - '0') * 10 + b[from + 11] - '0';
    if (code < 100 || code > 599) {
      throw new MalformedException("the status " + code + " is not 100 to 599");
    }
    minorVersion = Math.min(b[from + 7] - '0', 1);
    status = code;
  }

  /** RFC 9112 section 5: field-name ":" OWS field-value OWS. */
  private void field(byte[] b, int from, int end, int most) throws MalformedException {
    if (count >= most) {
      throw new MalformedException("more than " + most + " fields");
    }
    count++;
    int colon = FieldLine.nameEnd(b, from, end);
    int valueFrom = FieldLine.valueStart(b, colon + 1, end);
    int valueTo = FieldLine.valueEnd(b, valueFrom, end);
    FieldLine.checkValue(b, valueFrom, valueTo);
    String name = Names.text(b, from, colon);
    String value = valueFrom == valueTo ? "" : Grammar.text(b, valueFrom, valueTo);
    fields.add(name, value);
    switch (name.length()) {
      case 10 -> {
        if (name.equalsIgnoreCase("Connection")) {
          connection(value);
        }
      }
      case 14 -> {
        if (name.equalsIgnoreCase("Content-Length")) {
          length(value);
        }
      }
      case 17 -> {
        if (name.equalsIgnoreCase("Transfer-Encoding")) {
          coding(value);
        }
      }
      default -> {
        // Means nothing to framing.
      }
    }
  }

  /** RFC 9110 section 8.6: digits only; repeated and list values are refused, equal or not. */
  private void length(String value) throws MalformedException {
    if (contentLength >= 0) {
      throw new MalformedException("more than one Content-Length");
    }
    if (value.isEmpty() || value.length() > 18) {
      throw new MalformedException("Content-Length is empty or too large");
    }
    long length = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < '0' || c > '9') {
        throw new MalformedException("Content-Length is not a number");
      }
      length = length * 10 + (c - '0');
    }
    contentLength = length;
  }

  private void coding(String value) throws MalformedException {
    if (transferCoding || !value.toLowerCase(Locale.ROOT).equals("chunked")) {
      throw new MalformedException("a transfer coding other than a single chunked");
    }
    transferCoding = true;
  }

  private void connection(String value) {
    if (value.equalsIgnoreCase("keep-alive")) {
      keepAlive = true;
    } else if (value.equalsIgnoreCase("close")) {
      close = true;
    } else {
      Headers one = Headers.of("Connection", value);
      close |= one.hasToken("Connection", "close");
      keepAlive |= one.hasToken("Connection", "keep-alive");
    }
  }

  private ResponseHead finish() throws MalformedException {
    if (transferCoding && contentLength >= 0) {
      throw new MalformedException("Content-Length beside Transfer-Encoding");
    }
    if (transferCoding && minorVersion == 0) {
      throw new MalformedException("Transfer-Encoding in HTTP/1.0");
    }
    ResponseHead head =
        new ResponseHead(
            status,
            fields.build(),
            contentLength,
            transferCoding,
            !close && (minorVersion >= 1 || keepAlive));
    reset();
    return head;
  }

  private void reset() {
    fields = Headers.builder();
    count = 0;
    status = 0;
    contentLength = -1;
    transferCoding = false;
    close = false;
    keepAlive = false;
    bytes = 0;
    data = 0;
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }
}
