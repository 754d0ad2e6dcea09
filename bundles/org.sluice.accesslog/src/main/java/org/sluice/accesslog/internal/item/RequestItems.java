package org.sluice.accesslog.internal.item;

import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Request;
import org.sluice.log.api.LogEntry;
import org.sluice.log.api.LogItem;
import org.sluice.log.api.LogOutput;
import org.sluice.log.api.LogValue;
import org.sluice.log.api.SluiceLogItem;

/** What the client asked, of the last request by default. */
@Component
@SluiceLogItem({"C", "e", "H", "i", "m", "n", "q", "u", "^ti"})
@ServiceRanking(-100)
public final class RequestItems implements LogItem {
  @Override
  public LogValue value(String name, String argument) {
    String wanted = argument == null ? "" : argument;
    return switch (name) {
      case "C" -> named(wanted, (entry, out) -> cookie(entry, wanted, out));
      case "e" -> named(wanted, (entry, out) -> variable(entry, wanted, out));
      case "H" -> protocol(wanted);
      case "i" -> named(wanted, header(wanted));
      case "m" ->
          (entry, out) -> {
            String method = entry.exchange().request().method();
            out.bytes(method.isEmpty() ? null : method);
          };
      case "n" -> named(wanted, (entry, out) -> attribute(entry.exchange().attribute(wanted), out));
      case "q" -> RequestItems::query;
      case "u" -> RequestItems::user;
      default ->
          named(
              wanted,
              (entry, out) ->
                  Fields.all(entry.exchange().request().body().trailers(), wanted, out));
    };
  }

  /** An item that needs a name is {@code -} without one, as in the peer. */
  static LogValue named(String name, LogValue value) {
    return name.isEmpty() ? (entry, out) -> out.none() : value;
  }

  private static LogValue header(String name) {
    if (name.equalsIgnoreCase("Referer")) {
      return (entry, out) -> out.url(entry.exchange().request().headers().get("Referer"));
    }
    return (entry, out) -> Fields.all(entry.exchange().request().headers(), name, out);
  }

  private static LogValue protocol(String wanted) {
    if (wanted.equals("version")) {
      return (entry, out) ->
          out.plain(entry.exchange().request().minorVersion() == 0 ? "1.0" : "1.1");
    }
    return (entry, out) ->
        out.plain(entry.exchange().request().minorVersion() == 0 ? "HTTP/1.0" : "HTTP/1.1");
  }

  private static void query(LogEntry entry, LogOutput out) {
    Request request = entry.exchange().request();
    if (request.query() != null) {
      out.url("?" + request.query());
    }
  }

  private static void user(LogEntry entry, LogOutput out) {
    Exchange exchange = entry.exchange();
    Object known = exchange.attribute(Attributes.USER);
    if (known == null && exchange != entry.first()) {
      known = entry.first().attribute(Attributes.USER);
    }
    if (known == null) {
      // Whom nobody has verified is worth knowing where passwords are tried out.
      known = entry.first().attribute(Attributes.CLAIMED_USER);
    }
    if (!(known instanceof String user)) {
      out.none();
    } else if (user.isEmpty()) {
      out.plain("\"\"");
    } else {
      out.text(user);
    }
  }

  /** Attributes of the exchange are its environment; hooks may set some under {@code env.NAME}. */
  private static void variable(LogEntry entry, String name, LogOutput out) {
    attribute(Variables.of(entry.first(), entry.exchange(), name), out);
  }

  static void attribute(Object value, LogOutput out) {
    if (value instanceof Long || value instanceof Integer) {
      out.number(((Number) value).longValue());
    } else {
      out.text(value == null || value instanceof Exchange ? null : value.toString());
    }
  }

  /** RFC 6265 section 4.2, as the peer reads it: split at semicolons, quotes stay. */
  private static void cookie(LogEntry entry, String name, LogOutput out) {
    Headers headers = entry.exchange().request().headers();
    for (int i = 0, n = headers.size(); i < n; i++) {
      if (headers.name(i).equalsIgnoreCase("Cookie")) {
        String line = headers.value(i);
        int at = 0;
        while (at < line.length()) {
          int semicolon = line.indexOf(';', at);
          int end = semicolon < 0 ? line.length() : semicolon;
          int equals = line.indexOf('=', at);
          if (equals >= 0 && equals < end && is(line, at, equals, name)) {
            value(line, equals + 1, end, out);
            return;
          }
          at = end + 1;
        }
      }
    }
    out.none();
  }

  private static boolean is(String line, int from, int to, String name) {
    int start = skip(line, from, to);
    int end = skipBack(line, start, to);
    return end - start == name.length() && line.regionMatches(true, start, name, 0, name.length());
  }

  private static void value(String line, int from, int to, LogOutput out) {
    int start = skip(line, from, to);
    int end = skipBack(line, start, to);
    if (start == end) {
      out.none();
    } else {
      out.bytes(line, start, end);
    }
  }

  private static int skip(String line, int from, int to) {
    int at = from;
    while (at < to && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) {
      at++;
    }
    return at;
  }

  private static int skipBack(String line, int from, int to) {
    int at = to;
    while (at > from && (line.charAt(at - 1) == ' ' || line.charAt(at - 1) == '\t')) {
      at--;
    }
    return at;
  }
}
