package org.sluice.launcher;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * One line of the log: local time to the millisecond, level, logger, message, then the stack trace
 * if there is one. Control characters of a message are written as {@code \xHH}, so that nobody can
 * forge a line.
 *
 * <p>The JDK's own formatter does the like, but takes 50 ms of each start for its first line.
 */
public final class LogLine extends Formatter {
  @Override
  public String format(LogRecord log) {
    StringBuilder line = new StringBuilder(160);
    LocalDateTime time = LocalDateTime.ofInstant(log.getInstant(), ZoneId.systemDefault());
    time(line, time);
    line.append(' ')
        .append(level(log.getLevel()))
        .append(' ')
        .append(log.getLoggerName())
        .append(' ');
    escape(line, formatMessage(log));
    line.append('\n');
    if (log.getThrown() != null) {
      StringWriter trace = new StringWriter();
      log.getThrown().printStackTrace(new PrintWriter(trace, true));
      line.append(trace);
    }
    return line.toString();
  }

  private static void time(StringBuilder line, LocalDateTime time) {
    line.append(time.getYear());
    pad(line.append('-'), time.getMonthValue(), 2);
    pad(line.append('-'), time.getDayOfMonth(), 2);
    pad(line.append('T'), time.getHour(), 2);
    pad(line.append(':'), time.getMinute(), 2);
    pad(line.append(':'), time.getSecond(), 2);
    pad(line.append('.'), time.getNano() / 1_000_000, 3);
  }

  private static void pad(StringBuilder line, int number, int digits) {
    String text = Integer.toString(number);
    for (int i = text.length(); i < digits; i++) {
      line.append('0');
    }
    line.append(text);
  }

  /** The words of SLF4J, five letters each. */
  private static String level(Level level) {
    int value = level.intValue();
    if (value >= Level.SEVERE.intValue()) {
      return "ERROR";
    } else if (value >= Level.WARNING.intValue()) {
      return "WARN ";
    } else if (value >= Level.INFO.intValue()) {
      return "INFO ";
    }
    return value >= Level.FINE.intValue() ? "DEBUG" : "TRACE";
  }

  private static void escape(StringBuilder line, String message) {
    for (int i = 0; i < message.length(); i++) {
      char c = message.charAt(i);
      if ((c >= ' ' && c != 0x7f) || c == '\t') {
        line.append(c);
      } else {
        line.append("\\x")
            .append(Character.forDigit(c >> 4, 16))
            .append(Character.forDigit(c & 15, 16));
      }
    }
  }
}
