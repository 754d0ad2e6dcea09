package org.sluice.access.internal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Lines of a file that mean something: no comments, no empty ones. */
final class FileText {
  private final String name;
  private final byte[] content;
  private final Consumer<String> warnings;

  /** A line with the place it stands at, for messages. */
  record Line(String text, String place) {}

  FileText(String name, byte[] content, Consumer<String> warnings) {
    this.name = name;
    this.content = content;
    this.warnings = warnings;
  }

  /** The lines in their order. */
  List<Line> lines() throws BadFileException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new BadFileException(name + ": it is not UTF-8");
    }
    List<Line> lines = new ArrayList<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (!line.isBlank() && !line.startsWith("#")) {
        lines.add(new Line(line.stripTrailing(), name + ":" + number));
      }
    }
    return lines;
  }

  /** Something that does not make the file unusable. */
  void warn(String message) {
    warnings.accept(message);
  }
}
