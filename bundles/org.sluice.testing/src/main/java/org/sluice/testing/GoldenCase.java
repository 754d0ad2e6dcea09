package org.sluice.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** One case file, see {@link GoldenFiles}. Used by one test thread. */
public final class GoldenCase {
  private static final String MARK = "--- ";

  private final Path file;
  private final String comment;
  private final Map<String, String> sections = new LinkedHashMap<>();

  GoldenCase(Path file, String content) {
    this.file = file;
    StringBuilder before = new StringBuilder();
    StringBuilder text = before;
    String name = null;
    for (String line : content.split("(?<=\n)", -1)) {
      if (line.startsWith(MARK)) {
        close(name, text);
        name = line.substring(MARK.length()).strip();
        text = new StringBuilder();
      } else {
        text.append(line);
      }
    }
    close(name, text);
    comment = before.toString();
  }

  private void close(String name, StringBuilder text) {
    if (name != null && sections.put(name, text.toString()) != null) {
      throw new AssertionError(file + " has two sections called " + name);
    }
  }

  /** Name of the file without its suffix. */
  public String name() {
    String full = file.getFileName().toString();
    int dot = full.lastIndexOf('.');
    return dot > 0 ? full.substring(0, dot) : full;
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /** Names of the sections in their order. */
  public Set<String> sections() {
    return sections.keySet();
  }

  /** Whether there is such a section. */
  public boolean has(String section) {
    return sections.containsKey(section);
  }

  /**
   * The section's text with its line ends as they are.
   *
   * @throws AssertionError if there is no such section
   */
  public String text(String section) {
    String text = sections.get(section);
    if (text == null) {
      throw new AssertionError(file + " has no section " + section + ", only " + sections.keySet());
    }
    return text;
  }

  /**
   * The section as exact bytes: line ends of the file do not count, {@code \r \n \t \0 \\} and
   * {@code \xHH} are written out, other characters are UTF-8.
   */
  public byte[] bytes(String section) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String text = text(section).replace("\n", "");
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != '\\') {
        int point = text.codePointAt(i);
        out.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
        i += Character.charCount(point) - 1;
      } else {
        i = escape(text, i + 1, out);
      }
    }
    return out.toByteArray();
  }

  /** Writes the escape at {@code at} and gives the index of its last character. */
  private int escape(String text, int at, ByteArrayOutputStream out) {
    char kind = at < text.length() ? text.charAt(at) : ' ';
    switch (kind) {
      case 'r' -> out.write('\r');
      case 'n' -> out.write('\n');
      case 't' -> out.write('\t');
      case '0' -> out.write(0);
      case '\\' -> out.write('\\');
      case 'x' -> {
        out.write(Integer.parseInt(text, at + 1, at + 3, 16));
        return at + 2;
      }
      default -> throw new AssertionError(file + ": unknown escape \\" + kind);
    }
    return at;
  }

  /** Bytes in the notation of {@link #bytes}, a line end of the file behind each {@code \n}. */
  public static String escaped(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      switch (b) {
        case '\r' -> text.append("\\r");
        case '\n' -> text.append("\\n\n");
        case '\t' -> text.append("\\t");
        case '\\' -> text.append("\\\\");
        default -> {
          if (b < 0x20 || b == 0x7f) {
            text.append(String.format("\\x%02x", b & 0xff));
          } else {
            text.append((char) b);
          }
        }
      }
    }
    return text.toString();
  }

  /**
   * Compares what came out with a section; a last line end may be missing on either side.
   *
   * @throws AssertionError with the lines that differ, or after the section was rewritten
   */
  public void check(String section, String actual) {
    String expected = sections.getOrDefault(section, "");
    if (closed(expected).equals(closed(actual))) {
      return;
    }
    if (Boolean.getBoolean(GoldenFiles.UPDATE)) {
      sections.put(section, closed(actual));
      rewrite();
      throw new AssertionError(file + ": section " + section + " was rewritten; look at it");
    }
    throw new AssertionError(
        file + ": section " + section + " differs\n" + LineDiff.of(expected, actual));
  }

  private static String closed(String text) {
    return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
  }

  private void rewrite() {
    StringBuilder content = new StringBuilder(comment);
    sections.forEach((name, text) -> content.append(MARK).append(name).append('\n').append(text));
    try {
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
