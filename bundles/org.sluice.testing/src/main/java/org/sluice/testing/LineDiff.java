package org.sluice.testing;

/** Difference of two texts by lines, from a table of longest common subsequences. */
final class LineDiff {
  private LineDiff() {}

  /** Lines of both: {@code -} expected only, {@code +} actual only, a blank for both. */
  static String of(String expected, String actual) {
    String[] a = lines(expected);
    String[] b = lines(actual);
    int[][] common = new int[a.length + 1][b.length + 1];
    for (int i = a.length - 1; i >= 0; i--) {
      for (int j = b.length - 1; j >= 0; j--) {
        common[i][j] =
            a[i].equals(b[j])
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    StringBuilder out = new StringBuilder();
    int i = 0;
    int j = 0;
    while (i < a.length || j < b.length) {
      if (i < a.length && j < b.length && a[i].equals(b[j])) {
        out.append("  ").append(a[i++]).append('\n');
        j++;
      } else if (i < a.length && (j == b.length || common[i + 1][j] >= common[i][j + 1])) {
        out.append("- ").append(a[i++]).append('\n');
      } else {
        out.append("+ ").append(b[j++]).append('\n');
      }
    }
    return out.toString();
  }

  private static String[] lines(String text) {
    if (text.isEmpty()) {
      return new String[0];
    }
    return (text.endsWith("\n") ? text.substring(0, text.length() - 1) : text).split("\n", -1);
  }
}
