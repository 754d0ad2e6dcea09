package org.sluice.core.internal.config.read;

import java.util.Collection;

/** Finds the known word that a mistyped one was probably meant to be. */
public final class Nearest {
  private Nearest() {}

  /** The nearest of the words, or null when none is near enough to be a typing error. */
  public static String of(String word, Collection<String> words) {
    String best = null;
    int bestDistance = tolerance(word.length()) + 1;
    for (String candidate : words) {
      int distance = distance(word, candidate);
      boolean tie = distance == bestDistance && best != null && candidate.compareTo(best) < 0;
      if (distance < bestDistance || tie) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return best;
  }

  private static int tolerance(int length) {
    return length < 4 ? Math.min(1, length - 1) : Math.max(2, length / 3);
  }

  /** {@code "; did you mean WORD?"}, or nothing when no word is near. */
  public static String hint(String word, Collection<String> words) {
    String near = of(word, words);
    return near == null ? "" : "; did you mean " + near + "?";
  }

  /** Edit distance in which swapping two neighbours counts one, as typing errors go. */
  static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : step(cost, a, b, i, j);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int step(int[][] cost, String a, String b, int i, int j) {
    boolean same = a.charAt(i - 1) == b.charAt(j - 1);
    int least = Math.min(cost[i - 1][j], cost[i][j - 1]) + 1;
    least = Math.min(least, cost[i - 1][j - 1] + (same ? 0 : 1));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
  }
}
