package org.sluice.accesslog.internal.item;

import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.SentHead;
import org.sluice.log.api.LogEntry;
import org.sluice.log.api.LogItem;
import org.sluice.log.api.LogOutput;
import org.sluice.log.api.LogValue;
import org.sluice.log.api.SluiceLogItem;

/** What the client got: body, head, bytes on the wire, the connection's fate. */
@Component
@SluiceLogItem({"b", "B", "I", "o", "O", "S", "X", "^to", "^FB"})
@ServiceRanking(-100)
public final class ResponseItems implements LogItem {
  @Override
  public LogValue value(String name, String argument) {
    String wanted = argument == null ? "" : argument;
    return switch (name) {
      case "b" -> ResponseItems::bytesOrNone;
      case "B" -> (entry, out) -> out.number(entry.outcome().bodyBytes());
      case "I" -> (entry, out) -> out.number(entry.outcome().bytesIn());
      case "O" -> (entry, out) -> out.number(entry.outcome().bytesOut());
      case "S" ->
          (entry, out) -> out.number(entry.outcome().bytesIn() + entry.outcome().bytesOut());
      case "X" -> ResponseItems::connection;
      case "o" -> RequestItems.named(wanted, field(wanted));
      case "^to" -> RequestItems.named(wanted, (entry, out) -> trailer(entry, wanted, out));
      default -> Durations.of(wanted.isEmpty() ? "us" : wanted, ResponseItems::firstByte);
    };
  }

  private static void bytesOrNone(LogEntry entry, LogOutput out) {
    long bytes = entry.outcome().bodyBytes();
    if (bytes == 0) {
      out.none();
    } else {
      out.number(bytes);
    }
  }

  private static void connection(LogEntry entry, LogOutput out) {
    SentHead sent = entry.first().sent();
    if (entry.outcome().end() == Outcome.End.ABORTED) {
      out.plain("X");
    } else {
      out.plain(sent != null && sent.persists() ? "+" : "-");
    }
  }

  private static long firstByte(LogEntry entry) {
    SentHead sent = entry.first().sent();
    return sent == null ? -1 : sent.firstByteNanos();
  }

  private static LogValue field(String name) {
    boolean type = name.equalsIgnoreCase("Content-Type");
    return (entry, out) -> {
      SentHead sent = entry.first().sent();
      if (sent == null) {
        out.none();
      } else if (type) {
        mediaType(sent.headers(), out);
      } else {
        Fields.all(sent.headers(), name, out);
      }
    };
  }

  /** The media type without its parameters (RFC 9110 section 8.3.1). */
  private static void mediaType(Headers headers, LogOutput out) {
    String value = headers.get("Content-Type");
    if (value == null) {
      out.none();
      return;
    }
    int semicolon = value.indexOf(';');
    out.bytes(value, 0, semicolon < 0 ? value.length() : semicolon);
  }

  private static void trailer(LogEntry entry, String name, LogOutput out) {
    SentHead sent = entry.first().sent();
    if (sent == null) {
      out.none();
    } else {
      Fields.all(sent.trailers(), name, out);
    }
  }
}
