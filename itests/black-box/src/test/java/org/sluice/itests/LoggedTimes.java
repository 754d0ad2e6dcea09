package org.sluice.itests;

import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Checks that all forms of the times and durations of one line tell the same moments. */
final class LoggedTimes {
  private static final DateTimeFormatter COMMON =
      DateTimeFormatter.ofPattern("'['dd/MMM/uuuu:HH:mm:ss xx']'", Locale.ENGLISH);

  private LoggedTimes() {}

  /** What is wrong with the words from the fourth on, or null. */
  static String problem(String[] words) {
    int at = 8;
    long micros = Long.parseLong(words[3]);
    String seconds = Long.toString(micros / 1_000_000);
    String millis = Long.toString(micros / 1000);
    boolean durations =
        List.of(seconds, seconds, millis, words[3]).equals(List.of(words).subList(4, at));
    if (!durations) {
      return "durations";
    }
    long begin = Long.parseLong(words[at + 2]);
    long end = begin + micros;
    boolean numbers =
        words[at].equals(Long.toString(begin / 1_000_000))
            && words[at + 1].equals(Long.toString(begin / 1000))
            && Math.abs(Long.parseLong(words[at + 3]) - end / 1_000_000) <= 1
            && words[at + 4].equals(words[at + 1])
            && words[at + 5].equals(words[at + 1].substring(10))
            && words[at + 6].equals(words[at + 2].substring(10));
    if (!numbers) {
      return "numbers";
    }
    return text(words, at + 7, begin / 1_000_000, Long.parseLong(words[at + 3]));
  }

  private static String text(String[] words, int from, long begin, long end) {
    long shown = OffsetDateTime.parse(words[from] + " " + words[from + 1], COMMON).toEpochSecond();
    long shownEnd =
        OffsetDateTime.parse(words[from + 2] + " " + words[from + 3], COMMON).toEpochSecond();
    String mixed = words[from + 4] + ":" + words[from + 5].replaceFirst("\\.[0-9]{3}$", "");
    long shownMixed =
        OffsetDateTime.parse("[" + mixed + " " + words[from + 6] + "]", COMMON).toEpochSecond();
    long local =
        LocalDateTime.parse(words[from + 7]).atZone(ZoneId.systemDefault()).toEpochSecond();
    boolean same = shown == begin && shownMixed == begin && shownEnd == end && local == end;
    return same ? null : "texts";
  }
}
