package org.sluice.accesslog.internal.filter;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Locale;
import org.sluice.accesslog.internal.item.Addresses;
import org.sluice.accesslog.internal.item.Targets;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.FileFacts;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Request;
import org.sluice.log.api.LogEntry;

/** The variables {@code %{NAME}} of expressions. */
final class Named {
  private Named() {}

  /** The variable of that name, or null. */
  static Word find(String name) {
    return switch (name) {
      case "REQUEST_STATUS" -> entry -> Integer.toString(entry.status());
      case "REQUEST_METHOD" -> entry -> request(entry).method();
      case "REQUEST_SCHEME" -> entry -> entry.first().connection().secure() ? "https" : "http";
      case "REQUEST_URI", "DOCUMENT_URI" -> entry -> Words.text(entry.first().path());
      case "REQUEST_FILENAME", "SCRIPT_FILENAME" -> Named::file;
      case "QUERY_STRING" -> entry -> Words.text(request(entry).query());
      case "THE_REQUEST" -> entry -> request(entry).line();
      case "CONTENT_TYPE" -> entry -> Words.field(request(entry).headers(), "Content-Type");
      case "DOCUMENT_ROOT" -> entry -> root(entry.first());
      case "HANDLER" -> entry -> Words.text(Targets.scheme(entry.exchange()));
      case "REQUEST_LOG_ID" -> entry -> entry.first().id();
      case "CONN_LOG_ID" -> entry -> Words.text(entry.first().connection().id());
      case "IS_SUBREQ", "HTTP2" -> entry -> "false";
      case "HTTPS" -> entry -> entry.first().connection().secure() ? "on" : "off";
      default -> ofClient(name);
    };
  }

  private static Word ofClient(String name) {
    return switch (name) {
      case "REMOTE_ADDR", "REMOTE_HOST" -> entry -> Addresses.client(entry.first());
      case "CONN_REMOTE_ADDR" ->
          entry -> Addresses.text(entry.first().connection().remote().getAddress());
      case "REMOTE_PORT" ->
          entry -> Integer.toString(entry.first().connection().remote().getPort());
      case "REMOTE_IDENT",
          "SCRIPT_USER",
          "SCRIPT_GROUP",
          "PATH_INFO",
          "CONTEXT_PREFIX",
          "SERVER_ADMIN",
          "LAST_MODIFIED",
          "CONTEXT_DOCUMENT_ROOT",
          "API_VERSION" ->
          new Words.Constant("");
      case "REMOTE_USER" -> entry -> Words.text(entry.first().attribute(Attributes.USER));
      case "AUTH_TYPE" -> entry -> Words.text(entry.first().attribute(Attributes.AUTH_TYPE));
      case "SERVER_NAME" -> entry -> serverName(entry.first());
      case "SERVER_PORT" -> entry -> port(entry.first().connection().local());
      case "SERVER_PROTOCOL" -> entry -> "HTTP/1." + request(entry).minorVersion();
      case "SERVER_SOFTWARE" -> new Words.Constant("Sluice");
      case "IPV6" ->
          entry ->
              entry.first().connection().remote().getAddress() instanceof Inet6Address
                  ? "on"
                  : "off";
      default -> ofFront(name);
    };
  }

  /** What only this front has, request fields, and the time. */
  private static Word ofFront(String name) {
    if (name.startsWith("HTTP_")) {
      String field = name.substring(5).replace('_', '-');
      return entry -> Words.field(request(entry).headers(), field);
    }
    return switch (name) {
      case "ROUTE" ->
          entry -> entry.first().match() == null ? "" : entry.first().match().route().name();
      case "SITE" -> entry -> entry.first().site() == null ? "" : entry.first().site().name();
      case "END" -> entry -> entry.outcome().end().name().toLowerCase(Locale.ROOT);
      case "HANDOFF" -> entry -> Words.text(entry.first().attribute(Attributes.HANDOFF_OUTCOME));
      case "ERROR" -> entry -> error(entry.first().failure());
      case "BYTES" -> entry -> Long.toString(entry.outcome().bodyBytes());
      case "DURATION_MS" -> entry -> Long.toString(entry.outcome().nanos() / 1_000_000);
      case "TIME_YEAR" -> entry -> pad(time(entry).getYear(), 4);
      case "TIME_MON" -> entry -> pad(time(entry).getMonthValue(), 2);
      case "TIME_DAY" -> entry -> pad(time(entry).getDayOfMonth(), 2);
      case "TIME_HOUR" -> entry -> pad(time(entry).getHour(), 2);
      case "TIME_MIN" -> entry -> pad(time(entry).getMinute(), 2);
      case "TIME_SEC" -> entry -> pad(time(entry).getSecond(), 2);
      case "TIME_WDAY" -> entry -> Integer.toString(time(entry).getDayOfWeek().getValue() % 7);
      case "TIME" -> Named::wholeTime;
      default -> null;
    };
  }

  private static Request request(LogEntry entry) {
    return entry.first().request();
  }

  private static String file(LogEntry entry) {
    return entry.exchange().attribute(Attributes.FILE) instanceof FileFacts facts
        ? facts.path().toString()
        : "";
  }

  private static String root(Exchange exchange) {
    return exchange.site() == null ? "" : Words.text(exchange.site().root());
  }

  /** The local end of a stream that was given away long ago is not known. */
  private static String port(InetSocketAddress local) {
    return local == null ? "" : Integer.toString(local.getPort());
  }

  private static String serverName(Exchange exchange) {
    if (exchange.site() == null) {
      return "";
    }
    for (String host : exchange.site().hosts()) {
      if (!host.startsWith("*")) {
        return host;
      }
    }
    return exchange.site().name();
  }

  private static String error(HandlerException failure) {
    return failure == null ? "" : failure.code();
  }

  private static LocalDateTime time(LogEntry entry) {
    return LocalDateTime.ofInstant(
        Instant.ofEpochMilli(entry.endMicros() / 1_000), ZoneId.systemDefault());
  }

  private static String wholeTime(LogEntry entry) {
    LocalDateTime time = time(entry);
    return pad(time.getYear(), 4)
        + pad(time.getMonthValue(), 2)
        + pad(time.getDayOfMonth(), 2)
        + pad(time.getHour(), 2)
        + pad(time.getMinute(), 2)
        + pad(time.getSecond(), 2);
  }

  private static String pad(int value, int digits) {
    String text = Integer.toString(value);
    return "0".repeat(Math.max(0, digits - text.length())) + text;
  }
}
