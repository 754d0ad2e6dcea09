package org.sluice.shell.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sluice.api.status.Table;

/**
 * A table as text of a given width. Where it is too wide, the widest text columns give way: their
 * cells are shortened, or wrapped where nothing must be lost. Where even that is not enough, each
 * row becomes a paragraph of its own.
 */
final class TableText {
  /** Width that fits every terminal window and mail. */
  static final int WIDTH = 100;

  private static final int GAP = 2;
  private static final int NARROWEST = 8;

  private final List<String> heads = new ArrayList<>();
  private final List<List<String>> cells = new ArrayList<>();
  private final boolean[] numeric;
  private final int[] widths;

  private TableText(Table table) {
    int columns = table.columns().size();
    numeric = new boolean[columns];
    widths = new int[columns];
    for (int c = 0; c < columns; c++) {
      heads.add(table.columns().get(c).toUpperCase(Locale.ROOT));
      numeric[c] = isNumeric(table, c);
      widths[c] = Text.width(heads.get(c));
    }
    for (List<Object> row : table.rows()) {
      List<String> line = new ArrayList<>(columns);
      for (int c = 0; c < columns; c++) {
        line.add(c < row.size() ? Text.of(row.get(c)) : "-");
        widths[c] = Math.max(widths[c], Text.width(line.get(c)));
      }
      cells.add(line);
    }
  }

  private static boolean isNumeric(Table table, int column) {
    boolean some = false;
    for (List<Object> row : table.rows()) {
      Object value = column < row.size() ? row.get(column) : null;
      if (value != null && !(value instanceof Number)) {
        return false;
      }
      some |= value != null;
    }
    return some;
  }

  /** The table with cells shortened to fit {@code width}; no line end behind the last line. */
  static String shortened(Table table, int width) {
    TableText text = new TableText(table);
    return text.fit(width) ? text.lines(false) : text.paragraphs(width);
  }

  /** The table with cells wrapped to fit {@code width}. */
  static String wrapped(Table table, int width) {
    TableText text = new TableText(table);
    return text.fit(width) ? text.lines(true) : text.paragraphs(width);
  }

  /** Takes from the widest text columns until the table fits; false if it cannot. */
  private boolean fit(int width) {
    int total = GAP * (widths.length - 1);
    for (int w : widths) {
      total += w;
    }
    for (; total > width; total--) {
      int widest = -1;
      for (int c = 0; c < widths.length; c++) {
        boolean gives = !numeric[c] && widths[c] > NARROWEST;
        if (gives && (widest < 0 || widths[c] > widths[widest])) {
          widest = c;
        }
      }
      if (widest < 0) {
        return false;
      }
      widths[widest]--;
    }
    return true;
  }

  private String lines(boolean wrap) {
    StringBuilder out = new StringBuilder();
    line(out, heads);
    for (List<String> row : cells) {
      if (wrap) {
        wrap(out, row);
      } else {
        line(out, row);
      }
    }
    return cells.isEmpty() ? out.append("(none)").toString() : out.substring(0, out.length() - 1);
  }

  private void line(StringBuilder out, List<String> row) {
    for (int c = 0; c < widths.length; c++) {
      String cell = Text.shorten(row.get(c), widths[c]);
      String blanks = " ".repeat(widths[c] - Text.width(cell));
      out.append(numeric[c] ? blanks + cell : cell + blanks).append(" ".repeat(GAP));
    }
    endLine(out);
  }

  private void wrap(StringBuilder out, List<String> row) {
    List<String> rest = new ArrayList<>(row);
    do {
      List<String> first = new ArrayList<>();
      for (int c = 0; c < widths.length; c++) {
        int cut = cut(rest.get(c), widths[c]);
        first.add(rest.get(c).substring(0, cut).stripTrailing());
        rest.set(c, rest.get(c).substring(cut).stripLeading());
      }
      line(out, first);
    } while (!rest.stream().allMatch(String::isEmpty));
  }

  /** Where to break: behind the last blank that fits, else anywhere. */
  private static int cut(String text, int width) {
    if (Text.width(text) <= width) {
      return text.length();
    }
    int end = text.offsetByCodePoints(0, width);
    int blank = text.lastIndexOf(' ', end);
    return blank > 0 ? blank : end;
  }

  private String paragraphs(int width) {
    int name = heads.stream().mapToInt(Text::width).max().orElse(0);
    StringBuilder out = new StringBuilder();
    for (List<String> row : cells) {
      for (int c = 0; c < widths.length; c++) {
        String blanks = " ".repeat(name - Text.width(heads.get(c)) + GAP);
        int room = Math.max(1, width - name - GAP);
        String line = heads.get(c) + blanks + Text.shorten(row.get(c), room);
        out.append(Text.shorten(line, width));
        endLine(out);
      }
      out.append('\n');
    }
    return cells.isEmpty() ? "(none)" : out.substring(0, out.length() - 2);
  }

  private static void endLine(StringBuilder out) {
    while (out.length() > 0 && out.charAt(out.length() - 1) == ' ') {
      out.setLength(out.length() - 1);
    }
    out.append('\n');
  }
}
