package org.sluice.accesslog.internal.item;

import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.Request;
import org.sluice.log.api.LogEntry;
import org.sluice.log.api.LogItem;
import org.sluice.log.api.LogOutput;
import org.sluice.log.api.LogValue;
import org.sluice.log.api.SluiceLogItem;

/** What is told of the request as the client sent it, unless the format says otherwise. */
@Component
@SluiceLogItem({"D", "L", "r", "R", "s", "T", "U"})
@ServiceRanking(-100)
public final class OriginalItems implements LogItem {
  /** What the engine refused, also with 501 or 505, is the client's doing and not told. */
  private static final String REFUSED = "refused";

  private static final String MASKED = ":XXXXXXXX";

  @Override
  public boolean original() {
    return true;
  }

  @Override
  public LogValue value(String name, String argument) {
    String wanted = argument == null ? "" : argument;
    return switch (name) {
      case "D" -> (entry, out) -> out.number(entry.outcome().nanos() / 1_000);
      case "L" -> logId(wanted);
      case "r" -> wanted.equals("target") ? OriginalItems::target : OriginalItems::line;
      case "R" -> OriginalItems::handler;
      case "s" -> OriginalItems::status;
      case "T" -> Durations.of(wanted.isEmpty() ? "s" : wanted, entry -> entry.outcome().nanos());
      default -> OriginalItems::path;
    };
  }

  private static LogValue logId(String wanted) {
    if (wanted.equals("c")) {
      return (entry, out) -> out.plain(orDash(entry.first().connection().id()));
    }
    if (!wanted.isEmpty()) {
      throw new IllegalArgumentException("allowed are %L and %{c}L");
    }
    return (entry, out) -> {
      if (wasLogged(entry)) {
        out.plain(entry.first().id());
      } else {
        out.none();
      }
    };
  }

  private static String orDash(String id) {
    return id == null ? "-" : id;
  }

  /** Whether the front's log has a line with this identifier, at the level it has by default. */
  private static boolean wasLogged(LogEntry entry) {
    if (entry.first().attribute(Attributes.TOLD) != null) {
      return true;
    }
    HandlerException failure = entry.first().failure();
    return failure != null
        && !failure.code().equals(REFUSED)
        && (failure.status() >= 500 || entry.outcome().end() == Outcome.End.ABORTED);
  }

  private static void status(LogEntry entry, LogOutput out) {
    int status = entry.ownStatus();
    if (status <= 0) {
      out.none();
    } else {
      out.number(status);
    }
  }

  private static void line(LogEntry entry, LogOutput out) {
    Request request = entry.exchange().request();
    String target = request.target();
    if (!target.isEmpty() && target.charAt(0) != '/') {
      masked(request.line(), out);
    } else if (request.isLineOfParts()) {
      // In nearly every line of every log: no text is made for it.
      out.bytes(request.method());
      out.plain(" ");
      out.url(target);
      out.plain(request.minorVersion() == 0 ? " HTTP/1.0" : " HTTP/1.1");
    } else {
      out.url(request.line().isEmpty() ? null : request.line());
    }
  }

  /** A password in the URL is not for the log. */
  private static void masked(String line, LogOutput out) {
    int scheme = line.indexOf("://");
    int end = scheme < 0 ? -1 : endOfAuthority(line, scheme + 3);
    int at = end < 0 ? -1 : line.lastIndexOf('@', end);
    int colon = at < scheme + 3 ? -1 : line.indexOf(':', scheme + 3);
    if (scheme < 0 || colon < 0 || colon > at) {
      out.url(line.isEmpty() ? null : line);
    } else {
      out.url(line.substring(0, colon) + MASKED + line.substring(at));
    }
  }

  private static int endOfAuthority(String line, int from) {
    int at = from;
    while (at < line.length() && "/?# ".indexOf(line.charAt(at)) < 0) {
      at++;
    }
    return at;
  }

  private static void target(LogEntry entry, LogOutput out) {
    String target = entry.exchange().request().target();
    if (target.isEmpty()) {
      out.none();
    } else {
      masked(target, out);
    }
  }

  /** The scheme of the target; files have no handler to speak of. */
  private static void handler(LogEntry entry, LogOutput out) {
    Exchange exchange = entry.exchange();
    String scheme = Targets.scheme(exchange);
    if (scheme == null || scheme.equals("file")) {
      out.none();
    } else {
      out.plain(scheme);
    }
  }

  private static void path(LogEntry entry, LogOutput out) {
    Exchange exchange = entry.exchange();
    if (exchange.path() != null) {
      out.text(exchange.path());
    } else {
      String raw = exchange.request().rawPath();
      out.bytes(raw.isEmpty() ? null : raw);
    }
  }
}
