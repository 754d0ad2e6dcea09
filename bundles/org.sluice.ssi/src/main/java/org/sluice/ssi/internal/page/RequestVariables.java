package org.sluice.ssi.internal.page;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.FileFacts;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Request;
import org.sluice.ssi.internal.text.Codings;
import org.sluice.ssi.internal.text.Strftime;

/**
 * What is known of a page's request: the variables of the Common Gateway Interface (RFC 3875),
 * those that httpd adds, and those of server-side includes. Nothing is computed before it is asked
 * for.
 */
final class RequestVariables {
  private static final String PATH = "/usr/local/bin:/usr/bin:/bin";

  private static final List<String> NAMES =
      List.of(
          ("PATH SERVER_SIGNATURE SERVER_SOFTWARE SERVER_NAME SERVER_ADDR SERVER_PORT REMOTE_ADDR"
                  + " DOCUMENT_ROOT REQUEST_SCHEME CONTEXT_PREFIX CONTEXT_DOCUMENT_ROOT"
                  + " SERVER_ADMIN SCRIPT_FILENAME REMOTE_PORT REMOTE_USER AUTH_TYPE"
                  + " CONTENT_TYPE CONTENT_LENGTH HTTPS"
                  + " GATEWAY_INTERFACE SERVER_PROTOCOL REQUEST_METHOD QUERY_STRING REQUEST_URI"
                  + " SCRIPT_NAME PATH_INFO"
                  + " DATE_LOCAL DATE_GMT LAST_MODIFIED DOCUMENT_URI DOCUMENT_ARGS"
                  + " DOCUMENT_PATH_INFO USER_NAME DOCUMENT_NAME QUERY_STRING_UNESCAPED")
              .split(" "));

  /** Names whose values no client chooses; everything else may not become part of a command. */
  private static final Set<String> OWN =
      Set.of(
          ("PATH SERVER_SIGNATURE SERVER_SOFTWARE SERVER_ADDR SERVER_PORT REMOTE_ADDR"
                  + " DOCUMENT_ROOT REQUEST_SCHEME CONTEXT_PREFIX CONTEXT_DOCUMENT_ROOT"
                  + " SERVER_ADMIN SCRIPT_FILENAME REMOTE_PORT HTTPS GATEWAY_INTERFACE DATE_LOCAL"
                  + " DATE_GMT LAST_MODIFIED USER_NAME DOCUMENT_NAME")
              .split(" "));

  /** Fields that never become a variable: secrets, and what speaks of the connection. */
  private static final Set<String> HIDDEN =
      Set.of(
          "CONTENT_TYPE",
          "CONTENT_LENGTH",
          "PROXY",
          "AUTHORIZATION",
          "PROXY_AUTHORIZATION",
          "TRANSFER_ENCODING",
          "CONNECTION",
          "KEEP_ALIVE",
          "TE",
          "UPGRADE",
          "EXPECT");

  private final Exchange exchange;
  private final FileFacts file;
  private final Instant now = Instant.now();
  private String owner;

  /**
   * Of the exchange that a client sees.
   *
   * @param file the base document, or null
   */
  RequestVariables(Exchange exchange, FileFacts file) {
    this.exchange = exchange;
    this.file = file;
  }

  /** Whether no client chooses the value of that request variable. */
  static boolean ownWords(String name) {
    return OWN.contains(name);
  }

  /** Names that may have a value, in the order in which they are printed. */
  List<String> names() {
    Set<String> names = new LinkedHashSet<>();
    Headers fields = exchange.request().headers();
    for (int i = 0; i < fields.size(); i++) {
      String name = mapped(fields.name(i));
      if (name != null && !HIDDEN.contains(name)) {
        names.add("HTTP_" + name);
      }
    }
    names.addAll(NAMES);
    return Collections.unmodifiableList(new ArrayList<>(names));
  }

  /** Value of an upper case name for that document, or null. */
  String get(String name, Page page) {
    if (name.startsWith("HTTP_")) {
      return field(name.substring(5));
    }
    return switch (name) {
      case "DATE_LOCAL" -> Strftime.format(page.dateFormat(), now.atZone(Zones.local()), null);
      case "DATE_GMT" -> Strftime.format(page.dateFormat(), now.atZone(ZoneOffset.UTC), "GMT");
      case "LAST_MODIFIED" -> file == null ? null : time(page, file.modified());
      case "DOCUMENT_NAME" -> documentName();
      case "DOCUMENT_URI", "SCRIPT_NAME" -> documentUri();
      case "DOCUMENT_ARGS" -> orEmpty(exchange.request().query());
      case "QUERY_STRING" -> page.query();
      case "QUERY_STRING_UNESCAPED" -> unescapedQuery(page);
      case "USER_NAME" -> owner();
      case "DOCUMENT_ROOT", "CONTEXT_DOCUMENT_ROOT" ->
          exchange.site() == null ? null : Codings.utf8(exchange.site().root().toString());
      case "SCRIPT_FILENAME" -> file == null ? null : Codings.utf8(file.path().toString());
      default -> ofConnection(name);
    };
  }

  private String ofConnection(String name) {
    return switch (name) {
      case "REMOTE_ADDR" -> address(exchange.connection().remote());
      case "REMOTE_PORT" -> Integer.toString(exchange.connection().remote().getPort());
      case "SERVER_ADDR" -> address(exchange.connection().local());
      case "SERVER_PORT" -> Integer.toString(exchange.connection().local().getPort());
      case "SERVER_NAME" -> serverName();
      case "REQUEST_SCHEME" -> exchange.connection().secure() ? "https" : "http";
      case "HTTPS" -> exchange.connection().secure() ? "on" : null;
      case "PATH" -> PATH;
      case "SERVER_SIGNATURE", "CONTEXT_PREFIX" -> "";
      case "SERVER_SOFTWARE" -> "Sluice";
      case "SERVER_ADMIN" -> "[no address given]";
      case "GATEWAY_INTERFACE" -> "CGI/1.1";
      default -> ofRequest(name);
    };
  }

  private String ofRequest(String name) {
    Request request = exchange.request();
    return switch (name) {
      case "REQUEST_METHOD" -> request.method();
      case "SERVER_PROTOCOL" -> "HTTP/1." + request.minorVersion();
      case "REQUEST_URI" -> requestUri(request);
      case "CONTENT_TYPE" -> request.headers().get("Content-Type");
      case "CONTENT_LENGTH" -> request.headers().get("Content-Length");
      case "REMOTE_USER" -> text(exchange.attribute(Attributes.USER));
      case "AUTH_TYPE" -> text(exchange.attribute(Attributes.AUTH_TYPE));
      default -> null;
    };
  }

  private static String requestUri(Request request) {
    return request.query() == null ? request.rawPath() : request.rawPath() + '?' + request.query();
  }

  private static String text(Object value) {
    return value == null ? null : Codings.utf8(value.toString());
  }

  private static String orEmpty(String text) {
    return text == null ? "" : text;
  }

  private static String time(Page page, Instant time) {
    return Strftime.format(page.dateFormat(), time.atZone(Zones.local()), null);
  }

  private static String address(InetSocketAddress address) {
    return address.getAddress().getHostAddress();
  }

  private String documentName() {
    if (file != null) {
      return Codings.utf8(file.path().getFileName().toString());
    }
    String path = orEmpty(exchange.path());
    return Codings.utf8(path.substring(path.lastIndexOf('/') + 1));
  }

  /** The document behind a folder's URL has its own name. */
  private String documentUri() {
    String path = Codings.utf8(orEmpty(exchange.path()));
    return path.endsWith("/") && file != null ? path + documentName() : path;
  }

  private static String unescapedQuery(Page page) {
    String query = page.query();
    return query.isEmpty() ? null : Codings.shellEscaped(Codings.unpercent(query, false));
  }

  /** Asked once; blocks on the file system and perhaps on the user data base. */
  private String owner() {
    if (owner == null && file != null) {
      owner = owner(file.path());
    }
    return owner;
  }

  private static String owner(Path path) {
    try {
      String name = Files.getOwner(path).getName();
      return name.chars().allMatch(c -> c >= '0' && c <= '9') ? "<unknown>" : Codings.utf8(name);
    } catch (IOException | UnsupportedOperationException e) {
      return "<unknown>";
    }
  }

  /** The host that the client named, if it is one; nothing else may come from there. */
  private String serverName() {
    String host = exchange.request().headers().get("Host");
    if (host != null && !host.isEmpty()) {
      int colon = host.lastIndexOf(':');
      String name = colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
      boolean clean =
          name.chars().allMatch(c -> Character.isLetterOrDigit(c) || "-._[]:".indexOf(c) >= 0);
      if (clean) {
        return name;
      }
    }
    return address(exchange.connection().local());
  }

  /** Equal names are joined with a comma, cookies with a semicolon. */
  private String field(String name) {
    if (HIDDEN.contains(name)) {
      return null;
    }
    Headers fields = exchange.request().headers();
    String value = null;
    for (int i = 0; i < fields.size(); i++) {
      if (isMapped(fields.name(i), name)) {
        value =
            value == null
                ? fields.value(i)
                : value + (name.equals("COOKIE") ? "; " : ", ") + fields.value(i);
      }
    }
    return value;
  }

  /** {@code HTTP_} form without its prefix; null for a name with other characters. */
  private static String mapped(String field) {
    StringBuilder out = new StringBuilder(field.length());
    for (int i = 0; i < field.length(); i++) {
      char c = mapped(field.charAt(i));
      if (c == 0) {
        return null;
      }
      out.append(c);
    }
    return out.toString();
  }

  private static boolean isMapped(String field, String name) {
    if (field.length() != name.length()) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (mapped(field.charAt(i)) != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static char mapped(char c) {
    if (c >= 'a' && c <= 'z') {
      return (char) (c - 32);
    }
    if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
      return c;
    }
    return c == '-' ? '_' : 0;
  }

  /** The zone of local times. */
  static final class Zones {
    private Zones() {}

    static ZoneId local() {
      return ZoneId.systemDefault();
    }
  }
}
