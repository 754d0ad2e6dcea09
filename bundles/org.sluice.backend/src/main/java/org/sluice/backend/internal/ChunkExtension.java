package org.sluice.backend.internal;

/**
 * Checks chunk extensions (RFC 9112 section 7.1.1), which are then ignored: a reader that takes
 * them differently must not find another end of the chunk.
 */
final class ChunkExtension {
  private ChunkExtension() {}

  /** {@code *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )} in the line's rest. */
  static void check(byte[] line, int at, int end) throws BadResponseException {
    int i = at;
    while (i < end) {
      i = blanks(line, i, end);
      i = blanks(line, expect(line, i, end, ';'), end);
      int name = i;
      i = token(line, i, end);
      require(i > name);
      int next = blanks(line, i, end);
      if (next < end && line[next] == '=') {
        i = value(line, blanks(line, next + 1, end), end);
      }
    }
  }

  private static int value(byte[] line, int at, int end) throws BadResponseException {
    if (at < end && line[at] == '"') {
      return quoted(line, at + 1, end);
    }
    int stop = token(line, at, end);
    require(stop > at);
    return stop;
  }

  private static int quoted(byte[] line, int at, int end) throws BadResponseException {
    int i = at;
    while (i < end && line[i] != '"') {
      if (line[i] == '\\') {
        i++;
      }
      require(i < end && Chars.isValue(line[i]));
      i++;
    }
    return expect(line, i, end, '"');
  }

  private static int token(byte[] line, int at, int end) {
    int i = at;
    while (i < end && Chars.isToken(line[i])) {
      i++;
    }
    return i;
  }

  private static int blanks(byte[] line, int at, int end) {
    int i = at;
    while (i < end && Chars.isBlank(line[i])) {
      i++;
    }
    return i;
  }

  private static int expect(byte[] line, int at, int end, char wanted) throws BadResponseException {
    require(at < end && line[at] == wanted);
    return at + 1;
  }

  private static void require(boolean condition) throws BadResponseException {
    if (!condition) {
      throw new BadResponseException("a chunk extension is malformed");
    }
  }
}
