package org.sluice.core.internal.config.read;

import java.util.Comparator;

/**
 * One thing that is wrong or doubtful in the configuration. {@link #toString()} is the line an
 * operator reads, in the log and from {@code sluice check}.
 *
 * @param severity an error costs the file its effect, a warning does not
 * @param file for example {@code etc/org.sluice.route~x.cfg}
 * @param line 1 and up, or 0 when the problem is of the whole file
 * @param key or null when the problem is of no single key
 * @param value as written in the file, before substitution, so that no secret gets into a log; or
 *     null
 * @param message what is allowed
 */
public record Problem(
    Severity severity, String file, int line, String key, String value, String message)
    implements Comparable<Problem> {

  /** How bad it is. */
  public enum Severity {
    /** The file cannot take effect. */
    ERROR,
    /** The file takes effect, but perhaps not as meant. */
    WARNING
  }

  /** Longest value that is repeated in full. */
  private static final int SHOWN = 80;

  private static final Comparator<Problem> BY_PLACE =
      Comparator.comparing(Problem::file)
          .thenComparingInt(Problem::line)
          .thenComparing(Problem::severity)
          .thenComparing(Problem::message);

  /** Whether this is an error. */
  public boolean isError() {
    return severity == Severity.ERROR;
  }

  @Override
  public int compareTo(Problem other) {
    return BY_PLACE.compare(this, other);
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder(isError() ? "error " : "warning ");
    out.append(printable(file, Integer.MAX_VALUE));
    if (line > 0) {
      out.append(':').append(line);
    }
    if (key != null) {
      out.append(' ').append(printable(key));
      if (value != null) {
        out.append('=').append(printable(value));
      }
    }
    return out.append(": ").append(printable(message, Integer.MAX_VALUE)).toString();
  }

  /** Text in which nothing can forge a line of the log; cut when it is long. */
  public static String printable(String text) {
    return printable(text, SHOWN);
  }

  /** Not so: controls, blanks other than ours, marks of order and direction. */
  private static boolean isVisible(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }

  private static String printable(String text, int limit) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), limit) + 3);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (i >= limit) {
        return out.append("...").toString();
      }
      out.append(isVisible(c) ? String.valueOf(c) : String.format("\\u%04X", (int) c));
    }
    return out.toString();
  }
}
