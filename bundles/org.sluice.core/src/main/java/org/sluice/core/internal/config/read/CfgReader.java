package org.sluice.core.internal.config.read;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads {@code key=value} files.
 *
 * <p>UTF-8, a byte order mark is skipped; one entry a line, ended by LF or CR LF; a line whose
 * first character other than a blank is {@code #} is a comment; blanks (space, tab) around key and
 * value are dropped; a backslash is a backslash; the first {@code =} ends the key; only {@code
 * ${env:X}} and {@code ${file:X}} are replaced. A key stands once.
 */
public final class CfgReader {
  /** Largest file that is read. */
  static final int MAX_BYTES = 1 << 20;

  private final Substitution substitution;

  /** A reader that replaces by {@code substitution}. */
  public CfgReader(Substitution substitution) {
    this.substitution = substitution;
  }

  /** A file that could not be read at all. */
  public static CfgFile unreadable(FileName name, String reason) {
    Problems problems = new Problems();
    problems.error(name.display(), 0, reason);
    return new CfgFile(name, null, Map.of(), problems.sorted());
  }

  /** Reads a file; entries that are right are there even if others are wrong. */
  public CfgFile read(FileName name, byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      return unreadable(name, "a configuration file is at most 1m long");
    }
    Parse parse = new Parse(name.display());
    int start = hasMark(bytes) ? 3 : 0;
    int line = 0;
    while (start < bytes.length) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      parse.line(++line, bytes, start, end);
      start = end + 1;
    }
    return new CfgFile(name, bytes, parse.entries, parse.problems.sorted());
  }

  private static boolean hasMark(byte[] bytes) {
    return bytes.length >= 3
        && bytes[0] == (byte) 0xef
        && bytes[1] == (byte) 0xbb
        && bytes[2] == (byte) 0xbf;
  }

  /** State of one file. */
  private final class Parse {
    private final String file;
    private final Map<String, CfgEntry> entries = new LinkedHashMap<>();
    private final Problems problems = new Problems();

    Parse(String file) {
      this.file = file;
    }

    void line(int number, byte[] bytes, int start, int end) {
      String text = decode(bytes, start, end);
      if (text == null) {
        problems.error(file, number, "not UTF-8; configuration files are UTF-8 text");
        return;
      }
      text = trim(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
      if (text.isEmpty() || text.charAt(0) == '#') {
        return;
      }
      int control = controlAt(text);
      if (control >= 0) {
        String name = String.format("U+%04X", (int) text.charAt(control));
        problems.error(file, number, "a control character (" + name + ") cannot stand in a value");
        return;
      }
      entry(number, text);
    }

    private void entry(int number, String text) {
      int equals = text.indexOf('=');
      String key = equals < 0 ? "" : trim(text.substring(0, equals));
      if (key.isEmpty() || key.indexOf(' ') >= 0 || key.indexOf('\t') >= 0) {
        problems.error(
            file,
            number,
            "a line is key=value, a comment that begins with #, or empty; this is \""
                + Problem.printable(text)
                + "\"");
        return;
      }
      String raw = trim(text.substring(equals + 1));
      CfgEntry entry = new CfgEntry(file, number, key, raw, raw);
      CfgEntry first = entries.get(key);
      if (first != null) {
        problems.error(
            entry,
            "the key stands here and on line "
                + first.line()
                + " ("
                + Problem.printable(first.raw())
                + "); a key stands once");
        return;
      }
      String value = substitution.apply(entry, problems);
      entries.put(key, new CfgEntry(file, number, key, raw, value == null ? "" : value));
    }
  }

  private static String decode(byte[] bytes, int start, int end) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, start, end - start))
          .toString();
    } catch (CharacterCodingException notUtf8) {
      return null;
    }
  }

  /** Position of the first control character other than a tab, or -1. */
  static int controlAt(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f) {
        return i;
      }
    }
    return -1;
  }

  private static String trim(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isBlank(text.charAt(start))) {
      start++;
    }
    while (end > start && isBlank(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
