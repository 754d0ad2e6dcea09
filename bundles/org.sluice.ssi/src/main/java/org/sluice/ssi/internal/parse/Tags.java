package org.sluice.ssi.internal.parse;

import java.nio.charset.StandardCharsets;

/**
 * Start and end string of elements ({@code SSIStartTag}, {@code SSIEndTag}) with the tables that
 * let a search go on after a partial match without looking back (Knuth, Morris, Pratt). Immutable.
 */
public final class Tags {
  private final byte[] start;
  private final byte[] end;
  private final int[] startFallbacks;
  private final int[] endFallbacks;
  private final String text;

  /** Tags of ISO 8859-1 text, neither empty. */
  public Tags(String start, String end) {
    this.start = start.getBytes(StandardCharsets.ISO_8859_1);
    this.end = end.getBytes(StandardCharsets.ISO_8859_1);
    this.startFallbacks = fallbacks(this.start);
    this.endFallbacks = fallbacks(this.end);
    this.text = start + ' ' + end;
  }

  byte[] start() {
    return start;
  }

  byte[] end() {
    return end;
  }

  /** The longest beginning of the start string that ends the {@code matched} first bytes of it. */
  int startFallback(int matched) {
    return startFallbacks[matched - 1];
  }

  /** The same of the end string. */
  int endFallback(int matched) {
    return endFallbacks[matched - 1];
  }

  private static int[] fallbacks(byte[] word) {
    int[] table = new int[word.length];
    int k = 0;
    for (int i = 1; i < word.length; i++) {
      while (k > 0 && word[i] != word[k]) {
        k = table[k - 1];
      }
      if (word[i] == word[k]) {
        k++;
      }
      table[i] = k;
    }
    return table;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tags that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
