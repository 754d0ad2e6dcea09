package org.sluice.launcher.httpd;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What an import gives: files by name, and a report of what was not taken over. */
final class Imported {
  private final Map<String, Draft> files = new LinkedHashMap<>();
  // What the main server says is taken once for each virtual host, and told once.
  private final Set<String> notTaken = new LinkedHashSet<>();
  private final Set<String> notes = new LinkedHashSet<>();
  private int taken;
  private int meaningless;

  /** A new file {@code org.sluice.KIND~NAME.cfg}, whose name is made unique. */
  Draft file(String kind, String wanted) {
    String stem = name(wanted);
    String name = stem;
    for (int i = 2; files.containsKey("org.sluice." + kind + "~" + name + ".cfg"); i++) {
      name = stem + "-" + i;
    }
    Draft draft = new Draft();
    files.put("org.sluice." + kind + "~" + name + ".cfg", draft);
    return draft;
  }

  /** The NAME of a file that was made here. */
  String nameOf(Draft draft) {
    for (Map.Entry<String, Draft> file : files.entrySet()) {
      if (file.getValue() == draft) {
        String text = file.getKey();
        return text.substring(text.indexOf('~') + 1, text.length() - ".cfg".length());
      }
    }
    throw new IllegalArgumentException("not one of ours");
  }

  /** A file's NAME out of any text. */
  static String name(String text) {
    String name =
        text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]+", "-").replaceAll("^-+|-+$", "");
    return name.isEmpty() ? "root" : name;
  }

  void taken() {
    taken++;
  }

  /** The directive says nothing that matters here. */
  void meaningless() {
    meaningless++;
  }

  void notTaken(Directive directive, String why) {
    notTaken.add(directive.place() + "  " + directive.shown() + "\n    " + why);
  }

  void note(String text) {
    notes.add(text);
  }

  /** A section that kept somebody out and is not taken over must not be overlooked. */
  void guarded(Directive section) {
    if (Access.keepsOut(section)) {
      note(
          section.place()
              + "  "
              + section.shown()
              + ": GUARDED, and nothing guards it here until a route says access.* or auth.*");
    }
  }

  /** The file is not written. */
  void remove(Draft draft) {
    files.values().remove(draft);
  }

  /** File names and texts in their order; files that are switched off end in {@code .off}. */
  Map<String, String> files() {
    Map<String, String> texts = new LinkedHashMap<>();
    files.forEach((name, draft) -> texts.put(name + (draft.isOff() ? ".off" : ""), draft.text()));
    return texts;
  }

  /** For people to read. */
  String report() {
    StringBuilder out = new StringBuilder();
    out.append(taken).append(" directives taken over, ");
    out.append(meaningless).append(" without meaning here, ");
    out.append(notTaken.size()).append(" not taken over\n");
    if (!notTaken.isEmpty()) {
      out.append("\nnot taken over:\n");
      notTaken.forEach(line -> out.append("  ").append(line.replace("\n", "\n  ")).append('\n'));
    }
    if (!notes.isEmpty()) {
      out.append("\nto look at:\n");
      notes.forEach(line -> out.append("  ").append(line).append('\n'));
    }
    return out.toString();
  }
}
