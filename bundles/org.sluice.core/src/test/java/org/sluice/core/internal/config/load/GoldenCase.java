package org.sluice.core.internal.config.load;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A case of {@code check/}: sections that begin with {@code == NAME}. A name with a slash is a file
 * under the base; {@code \xNN} in its text is that byte. {@code env} holds {@code NAME=VALUE}
 * lines, {@code expect} the lines that checking prints, {@code mode} lines {@code rwx PATH}.
 */
final class GoldenCase {
  private final Map<String, List<String>> sections = new LinkedHashMap<>();

  private GoldenCase() {}

  static GoldenCase read(Path file) throws IOException {
    GoldenCase golden = new GoldenCase();
    List<String> section = null;
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("== ")) {
        section = golden.sections.computeIfAbsent(line.substring(3), any -> new ArrayList<>());
      } else if (section != null) {
        section.add(line);
      }
    }
    return golden;
  }

  List<String> expected() {
    return sections.getOrDefault("expect", List.of());
  }

  String environment(String name) {
    for (String line : sections.getOrDefault("env", List.of())) {
      if (line.startsWith(name + "=")) {
        return line.substring(name.length() + 1);
      }
    }
    return null;
  }

  void write(Path base) throws IOException {
    Files.createDirectories(base.resolve("etc"));
    for (Map.Entry<String, List<String>> section : sections.entrySet()) {
      if (section.getKey().indexOf('/') > 0) {
        Path file = base.resolve(section.getKey());
        Files.createDirectories(file.getParent());
        if (section.getKey().endsWith("/")) {
          Files.createDirectories(file);
        } else {
          Files.write(file, bytes(String.join("\n", section.getValue()) + "\n"));
        }
      }
    }
    for (String line : sections.getOrDefault("mode", List.of())) {
      String[] words = line.split(" ");
      Files.setPosixFilePermissions(
          base.resolve(words[1]),
          java.nio.file.attribute.PosixFilePermissions.fromString(words[0]));
    }
  }

  private static byte[] bytes(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      if (text.startsWith("\\x", i)) {
        out.write(Integer.parseInt(text.substring(i + 2, i + 4), 16));
        i += 3;
      } else {
        out.writeBytes(text.substring(i, i + 1).getBytes(StandardCharsets.UTF_8));
      }
    }
    return out.toByteArray();
  }

  /** Writes what was printed as what is expected. */
  static void accept(Path file, List<String> printed) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    int at = lines.indexOf("== expect");
    List<String> kept = new ArrayList<>(at < 0 ? lines : lines.subList(0, at));
    kept.add("== expect");
    kept.addAll(printed);
    Files.write(file, kept);
  }
}
