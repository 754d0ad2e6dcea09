package org.sluice.files.internal;

/** Lists of entity tags in {@code If-Match} and {@code If-None-Match} (RFC 9110 section 8.8.3). */
final class EntityTags {
  private EntityTags() {}

  /**
   * Whether a field value matches. Text that is no list of tags ends the search: what comes after a
   * mistake is not guessed at.
   *
   * @param list the value: {@code *}, or tags with commas between them
   * @param tag ours, strong, with its quotes
   * @param strong whether weak tags of the list never match (section 8.8.3.2)
   */
  static boolean match(String list, String tag, boolean strong) {
    if (list.equals("*")) {
      return true;
    }
    int i = 0;
    while (true) {
      i = afterBlanksAndCommas(list, i);
      boolean weak = list.startsWith("W/", i);
      int start = weak ? i + 2 : i;
      int end = start < list.length() && list.charAt(start) == '"' ? quoteAfter(list, start) : -1;
      if (end < 0) {
        return false;
      }
      int length = end + 1 - start;
      if (length == tag.length() && list.startsWith(tag, start) && !(weak && strong)) {
        return true;
      }
      i = end + 1;
      int next = afterBlanks(list, i);
      if (next < list.length() && list.charAt(next) != ',') {
        return false;
      }
      i = next;
    }
  }

  private static int quoteAfter(String list, int quote) {
    for (int i = quote + 1; i < list.length(); i++) {
      char c = list.charAt(i);
      if (c == '"') {
        return i;
      }
      if (c <= ' ' || c == 0x7f) {
        return -1;
      }
    }
    return -1;
  }

  private static int afterBlanks(String list, int from) {
    int i = from;
    while (i < list.length() && (list.charAt(i) == ' ' || list.charAt(i) == '\t')) {
      i++;
    }
    return i;
  }

  private static int afterBlanksAndCommas(String list, int from) {
    int i = afterBlanks(list, from);
    while (i < list.length() && list.charAt(i) == ',') {
      i = afterBlanks(list, i + 1);
    }
    return i;
  }
}
