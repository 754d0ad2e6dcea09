package org.sluice.server.internal;

import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;
import java.util.Arrays;
import java.util.Locale;
import org.sluice.api.http.Headers;
import org.sluice.api.wire.FieldLine;
import org.sluice.api.wire.Grammar;
import org.sluice.api.wire.MalformedException;

/**
 * Reads one request head (RFC 9112 sections 2 to 6), strictly, and nothing behind it.
 *
 * <p>Bytes are consumed line by line as soon as a line is whole, so the rest stays in the
 * connection's buffer; a head that arrives in pieces keeps its parser until it is whole. What a
 * lenient parser would repair is refused: a lone CR or LF, folded lines, blanks before a colon or
 * around the parts of the request line, controls, a second {@code Host} or {@code Content-Length},
 * a coding that is not a single {@code chunked}. An absolute target's authority takes the place of
 * {@code Host} (RFC 9112 section 3.2.2), so that whoever reads on sees one host.
 *
 * <table>
 * <caption>Refusals</caption>
 * <tr><th>cause</th><th>status</th></tr>
 * <tr><td>request line too long</td><td>414</td></tr>
 * <tr><td>a field, the number of fields or the whole head too large</td><td>431</td></tr>
 * <tr><td>major version other than 1</td><td>505</td></tr>
 * <tr><td>a transfer coding we do not know in front of chunked; CONNECT</td><td>501</td></tr>
 * <tr><td>an expectation other than 100-continue</td><td>417</td></tr>
 * <tr><td>an https target</td><td>421</td></tr>
 * <tr><td>a Content-Length beyond all numbers</td><td>413</td></tr>
 * <tr><td>anything else</td><td>400</td></tr>
 * </table>
 */
final class HeadParser {
  private static final String[] NONE = new String[0];

  /** Lengths from here on are no lengths; ten times as much still fits into a long. */
  private static final long TOO_LONG = 100_000_000_000_000_000L;

  /** Most digits of a length, zeros in front included. */
  private static final int LONGEST_NUMBER = 18;

  String method = "";
  String target = "";

  /** The request line where it is not what its parts give: malformed, or of a later version. */
  String line;

  int minorVersion = 1;
  long contentLength = -1;
  boolean chunked;
  boolean expectContinue;
  int bytes;

  private String[] fields = new String[32];
  private int count;
  private boolean lineRead;
  private boolean emptyLineSkipped;
  private boolean transferCoding;
  private boolean close;
  private boolean keepAlive;
  private int hosts;
  private int hostValue;
  private String authority;
  private int scanned;
  private byte[] scratch = new byte[1024];

  /** Forgets everything, for the next head. */
  void reset() {
    method = "";
    target = "";
    line = null;
    minorVersion = 1;
    contentLength = -1;
    chunked = false;
    expectContinue = false;
    bytes = 0;
    Arrays.fill(fields, 0, count, null);
    count = 0;
    lineRead = false;
    emptyLineSkipped = false;
    transferCoding = false;
    close = false;
    keepAlive = false;
    hosts = 0;
    authority = null;
    scanned = 0;
  }

  /**
   * Whether anything of a head was seen: a request has begun that deserves an answer. An empty line
   * does not: some clients send one behind a body, and a late 408 would be taken for the answer to
   * their next request.
   */
  boolean begun() {
    return lineRead || bytes > (emptyLineSkipped ? 2 : 0);
  }

  /** What was read, as a request; the parser can be reset afterwards. */
  RequestHead head() {
    Headers headers =
        count == 0 ? Headers.empty() : new FieldList(Arrays.copyOf(fields, count, String[].class));
    // RFC 9112 section 9.3: HTTP/1.1 persists unless told otherwise, HTTP/1.0 only when asked.
    return new RequestHead(this, headers, !close && (minorVersion >= 1 || keepAlive));
  }

  /**
   * Consumes what belongs to the head.
   *
   * @return whether the head is whole; else more bytes are needed
   * @throws MalformedException if the request must not be served; the parser keeps what it has read
   */
  boolean parse(ByteBuf in, Limits limits) throws MalformedException {
    int length = in.readableBytes();
    if (scanned > 0 && isStillPartial(in, length, limits)) {
      return false;
    }
    byte[] b = copy(in, length);
    int at = 0;
    try {
      while (true) {
        int end = lineEnd(b, at, length, limits);
        if (end < 0) {
          scanned = length - at;
          refuseEarly(b, at, length);
          return false;
        }
        int from = at;
        at = end + 2;
        if (bytes + at > limits.head()) {
          throw new Refused(431, "the head is longer than " + limits.head() + " bytes");
        }
        if (lineRead) {
          if (from == end) {
            check();
            return true;
          }
          field(b, from, end, limits.fields());
        } else {
          firstLine(b, from, end);
        }
      }
    } finally {
      bytes += at;
      in.skipBytes(at);
    }
  }

  /** A line that comes byte by byte is not to be copied and looked through each time. */
  private boolean isStillPartial(ByteBuf in, int length, Limits limits) {
    // From the last byte on: it may be a CR.
    int from = in.readerIndex() + scanned - 1;
    if (length > (lineRead ? limits.field() : limits.requestLine())
        || in.forEachByte(from, length - scanned + 1, ByteProcessor.FIND_CRLF) >= 0) {
      return false;
    }
    scanned = length;
    return true;
  }

  /** What begins like no request (TLS, another protocol) need not wait for the end of its line. */
  private void refuseEarly(byte[] b, int at, int length) throws MalformedException {
    if (!lineRead && at < length && b[at] != '\r' && !Grammar.isToken(b[at])) {
      throw new MalformedException("the request line has no valid method");
    }
  }

  private byte[] copy(ByteBuf in, int length) {
    byte[] b = scratch;
    if (b.length < length) {
      b = new byte[length];
      if (length <= 16 * 1024) {
        scratch = b;
      }
    }
    in.getBytes(in.readerIndex(), b, 0, length);
    return b;
  }

  private int lineEnd(byte[] b, int from, int to, Limits limits) throws MalformedException {
    int limit = lineRead ? limits.field() : limits.requestLine();
    int end;
    try {
      end = FieldLine.end(b, from, to);
    } catch (MalformedException e) {
      keepLine(b, from, to);
      throw e;
    }
    if ((end < 0 ? to - 1 : end) - from > limit) {
      keepLine(b, from, from + limit);
      throw lineRead
          ? new Refused(431, "a field is longer than " + limit + " bytes")
          : new Refused(414, "the request line is longer than " + limit + " bytes");
    }
    return end;
  }

  private void firstLine(byte[] b, int from, int end) throws MalformedException {
    try {
      requestLine(b, from, end);
    } catch (MalformedException e) {
      keepLine(b, from, end);
      throw e;
    }
  }

  /** For the log: what came, up to its line end or limit. */
  private void keepLine(byte[] b, int from, int to) {
    if (!lineRead) {
      int end = from;
      while (end < to && b[end] != '\r' && b[end] != '\n') {
        end++;
      }
      line = Grammar.text(b, from, end);
    }
  }

  /** RFC 9112 section 3: method SP request-target SP HTTP-version, single blanks. */
  private void requestLine(byte[] b, int from, int end) throws MalformedException {
    if (from == end) {
      // RFC 9112 section 2.2: at least one empty line before a request is to be ignored.
      if (emptyLineSkipped) {
        throw new MalformedException("empty lines in front of a request");
      }
      emptyLineSkipped = true;
      return;
    }
    int methodEnd = from;
    while (methodEnd < end && Grammar.isToken(b[methodEnd])) {
      methodEnd++;
    }
    if (methodEnd == from || methodEnd == end || b[methodEnd] != ' ') {
      throw new MalformedException("the request line has no valid method");
    }
    method = Methods.name(b, from, methodEnd);
    int targetEnd = targetEnd(b, methodEnd + 1, end);
    if (targetEnd == methodEnd + 1 || targetEnd == end || b[targetEnd] != ' ') {
      throw new MalformedException("the request target or version is missing or malformed");
    }
    target = Grammar.text(b, methodEnd + 1, targetEnd);
    version(b, targetEnd + 1, end);
    targetForm();
    lineRead = true;
  }

  private static int targetEnd(byte[] b, int from, int end) {
    int i = from;
    while (i < end && Chars.isPath(b[i])) {
      i++;
    }
    if (i < end && b[i] == '?') {
      i++;
      while (i < end && Chars.isQuery(b[i])) {
        i++;
      }
    }
    return i;
  }

  /** RFC 9112 section 2.3: "HTTP/" DIGIT "." DIGIT, case-sensitive. */
  private void version(byte[] b, int from, int end) throws MalformedException {
    if (end - from != 8
        || b[from] != 'H'
        || b[from + 1] != 'T'
        || b[from + 2] != 'T'
        || b[from + 3] != 'P'
        || b[from + 4] != '/'
        || !isDigit(b[from + 5])
        || b[from + 6] != '.'
        || !isDigit(b[from + 7])) {
      throw new MalformedException("the protocol version is malformed");
    }
    if (b[from + 5] != '1') {
      throw new Refused(505, "the major version is not 1");
    }
    // RFC 9110 section 2.5: a higher minor version is read as the highest we know.
    minorVersion = Math.min(b[from + 7] - '0', 1);
    if (b[from + 7] > '1') {
      line = method + " " + target + " HTTP/1." + (char) b[from + 7];
    }
  }

  /** RFC 9112 section 3.2: origin, absolute, authority (only CONNECT), asterisk (only OPTIONS). */
  private void targetForm() throws MalformedException {
    if (method.equals("CONNECT")) {
      if (!Authority.isValid(target, 0, target.length()) || !Authority.hasPort(target)) {
        throw new MalformedException("the target of CONNECT is no host with a port");
      }
      // RFC 9110 section 9.3.6: an origin server need not know it, and what follows is no request.
      throw new Refused(501, "CONNECT");
    }
    if (target.charAt(0) == '/' || (target.equals("*") && method.equals("OPTIONS"))) {
      return;
    }
    if (target.regionMatches(true, 0, "https://", 0, 8)) {
      // RFC 9110 section 7.4: not over a connection that is not secured.
      throw new Refused(421, "an https target on a connection without TLS");
    }
    if (!target.regionMatches(true, 0, "http://", 0, 7)) {
      throw new MalformedException("the request target has a form that the method does not allow");
    }
    int end = 7;
    while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
      end++;
    }
    if (end == 7 || !Authority.isValid(target, 7, end)) {
      // RFC 9110 sections 4.2.1 and 4.2.4: neither without a host nor with user information.
      throw new MalformedException("the request target's authority is not a host and port");
    }
    authority = target.substring(7, end);
  }

  /** RFC 9112 section 5: field-name ":" OWS field-value OWS. */
  private void field(byte[] b, int from, int end, int most) throws MalformedException {
    if (count >> 1 >= most) {
      throw new Refused(431, "more than " + most + " fields");
    }
    if (count + 2 > fields.length) {
      fields = Arrays.copyOf(fields, fields.length * 2);
    }
    int colon = FieldLine.nameEnd(b, from, end);
    int valueFrom = FieldLine.valueStart(b, colon + 1, end);
    int valueTo = FieldLine.valueEnd(b, valueFrom, end);
    FieldLine.checkValue(b, valueFrom, valueTo);
    int known = KnownNames.find(b, from, colon - from);
    String name = known >= 0 ? KnownNames.name(known) : Grammar.text(b, from, colon);
    String value = valueFrom == valueTo ? "" : Grammar.text(b, valueFrom, valueTo);
    int kind = known >= 0 ? KnownNames.kind(known) : KnownNames.kind(name);
    if (kind >= KnownNames.DROPPED) {
      return;
    }
    fields[count++] = name;
    fields[count++] = value;
    if (kind != KnownNames.OTHER) {
      interpret(kind, value);
    }
  }

  private void interpret(int kind, String value) throws MalformedException {
    switch (kind) {
      case KnownNames.HOST -> host(value);
      case KnownNames.CONTENT_LENGTH -> length(value);
      case KnownNames.TRANSFER_ENCODING -> coding(value);
      case KnownNames.CONNECTION -> connection(value);
      case KnownNames.EXPECT -> expect(value);
      default -> {}
    }
  }

  /** RFC 9112 section 3.2: exactly one, and a valid value. */
  private void host(String value) throws MalformedException {
    if (++hosts > 1) {
      throw new MalformedException("more than one Host");
    }
    hostValue = count - 1;
    // Empty where the target URI has no authority.
    if (!value.isEmpty() && !Authority.isValid(value, 0, value.length())) {
      throw new MalformedException("Host is not a host and port");
    }
  }

  /** RFC 9110 section 8.6: digits only; repeated and list values are refused, equal or not. */
  private void length(String value) throws MalformedException {
    if (contentLength >= 0) {
      throw new MalformedException("more than one Content-Length");
    }
    long length = value.isEmpty() ? -1 : 0;
    for (int i = 0; i < value.length() && length >= 0; i++) {
      char c = value.charAt(i);
      length = c < '0' || c > '9' ? -1 : Math.min(length * 10 + (c - '0'), TOO_LONG);
    }
    if (length < 0) {
      throw new MalformedException("Content-Length is not a number");
    }
    if (length == TOO_LONG || value.length() > LONGEST_NUMBER) {
      throw new Refused(413, "Content-Length is too large");
    }
    contentLength = length;
  }

  /**
   * RFC 9112 sections 6.1, 6.3 and 7: a single chunked. Without chunked at the end the length is
   * not known: 400. Other codings in front of it we do not implement: 501.
   */
  private void coding(String value) throws MalformedException {
    if (transferCoding) {
      throw new MalformedException("more than one Transfer-Encoding");
    }
    transferCoding = true;
    if (!value.equalsIgnoreCase("chunked")) {
      String lower = value.toLowerCase(Locale.ROOT);
      int last = lower.lastIndexOf(',');
      boolean known = last > 0 && lower.substring(last + 1).strip().equals("chunked");
      boolean once = lower.indexOf("chunked") > last;
      throw new Refused(known && once ? 501 : 400, "a transfer coding other than chunked");
    }
    chunked = true;
  }

  private void connection(String value) {
    if (value.equalsIgnoreCase("keep-alive")) {
      keepAlive = true;
    } else if (value.equalsIgnoreCase("close")) {
      close = true;
    } else {
      Headers one = new FieldList(new String[] {"Connection", value});
      close |= one.hasToken("Connection", "close");
      keepAlive |= one.hasToken("Connection", "keep-alive");
    }
  }

  /** RFC 9110 section 10.1.1: ignored from HTTP/1.0 clients. */
  private void expect(String value) throws MalformedException {
    if (minorVersion == 0) {
      return;
    }
    if (!value.equalsIgnoreCase("100-continue")) {
      throw new Refused(417, "an expectation other than 100-continue");
    }
    expectContinue = true;
  }

  private void check() throws MalformedException {
    if (hosts == 0 && minorVersion >= 1) {
      throw new MalformedException("no Host");
    }
    if (transferCoding && minorVersion == 0) {
      // RFC 9112 section 6.1: such framing is faulty.
      throw new MalformedException("Transfer-Encoding in HTTP/1.0");
    }
    if (transferCoding && contentLength >= 0) {
      // RFC 9112 section 6.3: possibly an attempt at smuggling.
      throw new MalformedException("Content-Length beside Transfer-Encoding");
    }
    if ((chunked || contentLength > 0) && method.equals("TRACE")) {
      // RFC 9110 section 9.3.8: no content.
      throw new MalformedException("TRACE with content");
    }
    if (authority != null && hosts == 1) {
      fields[hostValue] = authority;
    }
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  /** Fields in the order read, for tests. */
  String[] fields() {
    return count == 0 ? NONE : Arrays.copyOf(fields, count);
  }
}
