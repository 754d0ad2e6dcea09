package org.sluice.launcher.httpd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
    Deque<Directive> open = new ArrayDeque<>(List.of(top));
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.endsWith("\\")) {
        joined.append(line, 0, line.length() - 1).append(' ');
        continue;
      }
      String whole = expand(joined.append(line).toString().strip());
      joined.setLength(0);
      if (!whole.isEmpty() && !whole.startsWith("#")) {
        line(whole, file.getFileName() + ":" + (i + 1), open);
      }
    }
    return top.children();
  }

  private String expand(String line) {
    Matcher variable = VARIABLE.matcher(line);
    return variable.replaceAll(
        found -> Matcher.quoteReplacement(defined.getOrDefault(found.group(1), found.group())));
  }

  private void line(String line, String place, Deque<Directive> open) throws IOException {
    if (line.startsWith("</")) {
      if (open.size() > 1) {
        open.pop();
      }
      return;
    }
    Directive directive = Directive.of(line, place);
    Directive parent = open.peek();
    if (line.startsWith("<")) {
      open.push(asks(directive) ? keepInParent(parent, directive) : directive);
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
    Path pattern = serverRoot.resolve(directive.word(0));
    Path folder = pattern.getParent();
    String names = pattern.getFileName().toString();
    if (++depth > DEEPEST) {
      notes.add(directive.place() + " " + directive.shown() + ": included too deeply");
    } else if (Files.isDirectory(pattern)) {
      includeAll(pattern, "*", parent);
    } else if (Files.isDirectory(folder)) {
      int found = includeAll(folder, names, parent);
      if (found == 0 && directive.key().equals("include") && names.indexOf('*') < 0) {
        notes.add(directive.place() + " " + directive.shown() + ": there is no such file");
      }
    } else if (directive.key().equals("include")) {
      notes.add(directive.place() + " " + directive.shown() + ": there is no such folder");
    }
    depth--;
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
