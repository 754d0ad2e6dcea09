package org.sluice.launcher.httpd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Reads a configuration into a tree: continued lines, comments, {@code Define}, {@code Include},
 * and the sections that only ask whether something is there, whose content counts.
 */
final class HttpdReader {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z0-9_]+)\\}");
  private static final int DEEPEST = 16;

  private final Map<String, String> defined = new HashMap<>();
  private final List<String> notes = new ArrayList<>();
  private Path serverRoot;
  private int depth;

  /** What could not be read, one line each. */
  List<String> notes() {
    return notes;
  }

  Path serverRoot() {
    return serverRoot;
  }

  /** The directives of a file, and of those it includes. */
  List<Directive> read(Path file) throws IOException {
    if (serverRoot == null) {
      serverRoot = file.toAbsolutePath().getParent();
    }
    Directive top = new Directive("", List.of(), new ArrayList<>(), file.toString());
    Deque<Level> open = new ArrayDeque<>(List.of(new Level(top, top)));
    List<String> lines = text(file).lines().toList();
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.endsWith("\\") && i + 1 < lines.size()) {
        joined.append(line, 0, line.length() - 1).append(' ');
        continue;
      }
      // At the end of the file there is nothing to continue with.
      joined.append(line.endsWith("\\") ? line.substring(0, line.length() - 1) : line);
      String whole = expand(joined.toString().strip());
      joined.setLength(0);
      if (!whole.isEmpty() && !whole.startsWith("#")) {
        line(whole, file.getFileName() + ":" + (i + 1), open);
      }
    }
    if (open.size() > 1) {
      Directive section = open.peek().section();
      throw new IOException(section.place() + ": <" + section.shown() + ">: there is no end of it");
    }
    return top.children();
  }

  /**
   * A section that has not ended.
   *
   * @param into what gets its content: itself, or its parent if it only asks
   */
  private record Level(Directive section, Directive into) {}

  /** httpd knows bytes only: what is not UTF-8 is taken as Latin-1, in which nothing is wrong. */
  private static String text(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }

  private String expand(String line) {
    Matcher variable = VARIABLE.matcher(line);
    return variable.replaceAll(
        found -> Matcher.quoteReplacement(defined.getOrDefault(found.group(1), found.group())));
  }

  private void line(String line, String place, Deque<Level> open) throws IOException {
    if (line.startsWith("</")) {
      end(line, place, open);
      return;
    }
    if (line.startsWith("<") && line.indexOf('>') < 0) {
      throw new IOException(place + ": " + line + ": the section has no >");
    }
    Directive directive = Directive.of(line, place, notes);
    Directive parent = open.peek().into();
    if (line.startsWith("<")) {
      Directive into = asks(directive) ? keepInParent(parent, directive) : directive;
      open.push(new Level(directive, into));
      if (!asks(directive)) {
        parent.children().add(directive);
      }
      return;
    }
    switch (directive.key()) {
      case "define" -> defined.put(directive.word(0), directive.word(1));
      case "undefine" -> defined.remove(directive.word(0));
      case "include", "includeoptional" -> include(directive, parent);
      case "serverroot" -> serverRoot = Path.of(directive.word(0)).toAbsolutePath();
      default -> parent.children().add(directive);
    }
  }

  /** As httpd does, which would not start: what a wrong end guards is anybody's guess. */
  private static void end(String line, String place, Deque<Level> open) throws IOException {
    String name = line.replaceAll("^</|>.*$", "").strip();
    if (open.size() < 2) {
      throw new IOException(place + ": " + line + ": no section has begun");
    }
    Directive section = open.pop().section();
    if (!section.name().equalsIgnoreCase(name)) {
      String began = "<" + section.shown() + "> of " + section.place();
      throw new IOException(place + ": " + line + ": this does not end " + began);
    }
  }

  /** Whether the section only asks for a module, a version or a definition. */
  private static boolean asks(Directive section) {
    return List.of("ifmodule", "ifversion", "ifdefine", "ifdirective", "iffile")
        .contains(section.key());
  }

  /** What is asked for with {@code !} is taken as absent, everything else as present. */
  private Directive keepInParent(Directive parent, Directive section) {
    boolean absent = section.word(0).startsWith("!");
    boolean undefined = section.key().equals("ifdefine") && !defined.containsKey(section.word(0));
    return absent || undefined
        ? new Directive("", List.of(), new ArrayList<>(), section.place())
        : parent;
  }

  private void include(Directive directive, Directive parent) throws IOException {
    String about = directive.place() + " " + directive.shown() + ": ";
    if (++depth > DEEPEST) {
      notes.add(about + "included too deeply");
    } else if (directive.word(0).isEmpty()) {
      notes.add(about + "there is no name");
    } else {
      try {
        included(directive, parent).ifPresent(missing -> notes.add(about + missing));
      } catch (InvalidPathException | PatternSyntaxException e) {
        notes.add(about + "this is no path or pattern");
      }
    }
    depth--;
  }

  /** Reads what is there, else tells what is not. */
  private Optional<String> included(Directive directive, Directive parent) throws IOException {
    Path pattern = serverRoot.resolve(directive.word(0));
    boolean optional = directive.key().equals("includeoptional");
    if (Files.isDirectory(pattern)) {
      includeAll(pattern, "*", parent);
      return Optional.empty();
    }
    if (!Files.isDirectory(pattern.getParent())) {
      return optional ? Optional.empty() : Optional.of("there is no such folder");
    }
    String names = pattern.getFileName().toString();
    int found = includeAll(pattern.getParent(), names, parent);
    return found == 0 && !optional && names.indexOf('*') < 0
        ? Optional.of("there is no such file")
        : Optional.empty();
  }

  private int includeAll(Path folder, String names, Directive parent) throws IOException {
    TreeSet<Path> files = new TreeSet<>();
    try (DirectoryStream<Path> list = Files.newDirectoryStream(folder, names)) {
      list.forEach(files::add);
    }
    for (Path file : files) {
      if (Files.isRegularFile(file)) {
        parent.children().addAll(read(file));
      }
    }
    return files.size();
  }
}
