package org.sluice.accesslog.internal.item;

import java.util.List;
import java.util.Locale;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Outcome;
import org.sluice.api.route.Target;
import org.sluice.log.api.LogEntry;
import org.sluice.log.api.LogItem;
import org.sluice.log.api.LogOutput;
import org.sluice.log.api.LogValue;
import org.sluice.log.api.SluiceLogItem;

/** Items that only this front has, by name: {@code %(route)}; and by letters: {@code %^rt}. */
@Component
@SluiceLogItem({
  "attribute",
  "^at",
  "detail",
  "^de",
  "dialect",
  "^dl",
  "end",
  "^en",
  "error",
  "^er",
  "handler",
  "^ha",
  "handoff",
  "^ho",
  "id",
  "^id",
  "outcome",
  "^ou",
  "plugins",
  "^pl",
  "receiver",
  "^rc",
  "route",
  "^rt",
  "site",
  "^si",
  "target",
  "^tg",
  "trace",
  "^tr",
  "upstream",
  "^un",
  "upstream-first",
  "^uf",
  "upstream-total",
  "^ut"
})
@ServiceRanking(-100)
public final class FrontItems implements LogItem {
  @Override
  public LogValue value(String name, String argument) {
    String wanted = argument == null ? "" : argument;
    return switch (name) {
      case "attribute", "^at" ->
          RequestItems.named(
              wanted,
              (entry, out) -> RequestItems.attribute(entry.exchange().attribute(wanted), out));
      case "handler", "^ha" -> (entry, out) -> out.text(Targets.scheme(entry.exchange()));
      case "route", "^rt" -> (entry, out) -> out.text(hasRoute(entry) ? route(entry) : null);
      case "site", "^si" ->
          (entry, out) -> {
            var site = entry.exchange().site();
            out.text(site == null ? null : site.name());
          };
      case "target", "^tg" -> (entry, out) -> target(Targets.of(entry.exchange()), out);
      case "trace", "^tr" -> (entry, out) -> Trace.write(entry.first(), out);
      default -> outcome(name, wanted);
    };
  }

  private static LogValue outcome(String name, String wanted) {
    return switch (name) {
      case "dialect", "^dl" -> attribute(Attributes.HANDOFF_DIALECT);
      case "handoff", "^ho" -> attribute(Attributes.HANDOFF_OUTCOME);
      case "receiver", "^rc" -> attribute(Attributes.HANDOFF_RECEIVER);
      case "upstream", "^un" -> attribute(Attributes.UPSTREAM);
      case "upstream-first", "^uf" -> nanos(Attributes.UPSTREAM_FIRST, wanted);
      case "upstream-total", "^ut" -> nanos(Attributes.UPSTREAM_TOTAL, wanted);
      case "detail", "^de" -> (entry, out) -> out.text(entry.outcome().detail());
      case "end", "^en" -> (entry, out) -> out.plain(END[entry.outcome().end().ordinal()]);
      case "error", "^er" -> FrontItems::error;
      case "id", "^id" -> (entry, out) -> out.plain(entry.first().id());
      case "plugins", "^pl" -> FrontItems::plugins;
      default -> (entry, out) -> out.plain(isSuccess(entry) ? "success" : "failure");
    };
  }

  private static final String[] END = new String[Outcome.End.values().length];

  static {
    for (Outcome.End end : Outcome.End.values()) {
      END[end.ordinal()] = end.name().toLowerCase(Locale.ROOT);
    }
  }

  private static boolean hasRoute(LogEntry entry) {
    return entry.exchange().match() != null;
  }

  private static String route(LogEntry entry) {
    return entry.exchange().match().route().name();
  }

  private static void target(Target target, LogOutput out) {
    out.text(target == null ? null : target.toString());
  }

  /** As handlers set it, on whichever exchange of a chain they ran. */
  private static LogValue attribute(String name) {
    return (entry, out) -> {
      Object value = Variables.of(entry.first(), entry.exchange(), name);
      out.text(value == null ? null : value.toString());
    };
  }

  private static LogValue nanos(String attribute, String unit) {
    return Durations.of(
        unit.isEmpty() ? "us" : unit,
        entry ->
            Variables.of(entry.first(), entry.exchange(), attribute) instanceof Long nanos
                ? nanos
                : -1);
  }

  private static void error(LogEntry entry, LogOutput out) {
    HandlerException failure = entry.first().failure();
    out.text(failure == null ? null : failure.code());
  }

  private static void plugins(LogEntry entry, LogOutput out) {
    Exchange exchange = entry.exchange();
    List<String> names = exchange.plugins();
    for (int i = 0; i < names.size(); i++) {
      if (i > 0) {
        out.plain(",");
      }
      out.text(names.get(i));
    }
    if (names.isEmpty()) {
      out.none();
    }
  }

  private static boolean isSuccess(LogEntry entry) {
    return entry.outcome().end() != Outcome.End.ABORTED && entry.status() < 500;
  }
}
