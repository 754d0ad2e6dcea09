package org.sluice.api.wire;

/**
 * The line in front of a chunk (RFC 9112 section 7.1): {@code size *( ";" extension )}. Extensions
 * are checked and then ignored: a reader that takes them differently must not find another end of
 * the chunk.
 */
public final class ChunkLine {
  /** Most hex digits of a size, zeros in front included; more could not be counted in a long. */
  public static final int DIGITS = 15;

  private ChunkLine() {}

  /**
   * Number of digits of the size, with which the line begins.
   *
   * @throws MalformedException if it is not 1 to {@link #DIGITS}
   */
  public static int digits(byte[] line, int end) throws MalformedException {
    int digits = 0;
    while (digits < end && digits <= DIGITS && Character.digit(line[digits], 16) >= 0) {
      digits++;
    }
    if (digits == 0 || digits > DIGITS) {
      throw new MalformedException("a chunk size is no hex number of 1 to 15 digits");
    }
    return digits;
  }

  /** The size that so many digits give. */
  public static long size(byte[] line, int digits) {
    long size = 0;
    for (int i = 0; i < digits; i++) {
      size = size << 4 | Character.digit(line[i], 16);
    }
    return size;
  }

  /**
   * Judges {@code *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )} from {@code at}
   * to {@code end} (RFC 9112 section 7.1.1).
   *
   * @throws MalformedException if it is anything else
   */
  public static void checkExtensions(byte[] line, int at, int end) throws MalformedException {
    int i = at;
    while (i < end) {
      i = FieldLine.valueStart(line, i, end);
      i = FieldLine.valueStart(line, expect(line, i, end, ';'), end);
      int name = i;
      i = token(line, i, end);
      require(i > name);
      int next = FieldLine.valueStart(line, i, end);
      if (next < end && line[next] == '=') {
        i = value(line, FieldLine.valueStart(line, next + 1, end), end);
      }
    }
  }

  private static int value(byte[] line, int at, int end) throws MalformedException {
    if (at < end && line[at] == '"') {
      return quoted(line, at + 1, end);
    }
    int stop = token(line, at, end);
    require(stop > at);
    return stop;
  }

  private static int quoted(byte[] line, int at, int end) throws MalformedException {
    int i = at;
    while (i < end && line[i] != '"') {
      if (line[i] == '\\') {
        i++;
      }
      require(i < end && Grammar.isValue(line[i]));
      i++;
    }
    return expect(line, i, end, '"');
  }

  private static int token(byte[] line, int at, int end) {
    int i = at;
    while (i < end && Grammar.isToken(line[i])) {
      i++;
    }
    return i;
  }

  private static int expect(byte[] line, int at, int end, char wanted) throws MalformedException {
    require(at < end && line[at] == wanted);
    return at + 1;
  }

  private static void require(boolean condition) throws MalformedException {
    if (!condition) {
      throw new MalformedException("a chunk extension is malformed");
    }
  }
}
