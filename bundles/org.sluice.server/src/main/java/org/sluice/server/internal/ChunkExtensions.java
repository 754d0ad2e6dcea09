package org.sluice.server.internal;

/**
 * Checks chunk extensions (RFC 9112 section 7.1.1), which are then ignored: a reader that takes
 * them differently must not find another end of the chunk.
 */
final class ChunkExtensions {
  private ChunkExtensions() {}

  /** {@code *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )} from {@code at} on. */
  static void check(byte[] line, int at) throws Refused {
    int i = at;
    while (i < line.length) {
      i = blanks(line, i);
      i = blanks(line, expect(line, i, ';'));
      int name = i;
      i = token(line, i);
      require(i > name);
      int next = blanks(line, i);
      if (next < line.length && line[next] == '=') {
        i = value(line, blanks(line, next + 1));
      }
    }
  }

  private static int value(byte[] line, int at) throws Refused {
    if (at < line.length && line[at] == '"') {
      return quoted(line, at + 1);
    }
    int end = token(line, at);
    require(end > at);
    return end;
  }

  private static int quoted(byte[] line, int at) throws Refused {
    int i = at;
    while (i < line.length && line[i] != '"') {
      if (line[i] == '\\') {
        i++;
      }
      require(i < line.length && Chars.isValue(line[i]));
      i++;
    }
    return expect(line, i, '"');
  }

  private static int token(byte[] line, int at) {
    int i = at;
    while (i < line.length && Chars.isToken(line[i])) {
      i++;
    }
    return i;
  }

  private static int blanks(byte[] line, int at) {
    int i = at;
    while (i < line.length && Chars.isBlank(line[i])) {
      i++;
    }
    return i;
  }

  private static int expect(byte[] line, int at, char wanted) throws Refused {
    require(at < line.length && line[at] == wanted);
    return at + 1;
  }

  private static void require(boolean condition) throws Refused {
    if (!condition) {
      throw new Refused(400, "a chunk extension is malformed");
    }
  }
}
