package org.sluice.cgi.internal.env;

import java.net.InetSocketAddress;
import java.util.Map;
import org.sluice.api.file.LinkPolicy;
import org.sluice.api.file.PathResolver;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Connection;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Request;
import org.sluice.cgi.internal.CgiView;
import org.sluice.cgi.internal.process.Bytes;

/**
 * The meta-variables of a request (RFC 3875 section 4.1, and what httpd adds). Configured variables
 * come first, then those of a page and of the client's fields, and those of the server last, so
 * that they win; only PATH, LD_LIBRARY_PATH and TZ stay as configured.
 */
public final class MetaVariables {
  /** Attribute of an exchange that runs a program: its {@link Environment}. */
  public static final String OF_PROGRAM = "cgi.environment";

  private static final String SOFTWARE = "Sluice";

  private MetaVariables() {}

  /**
   * The environment of a request.
   *
   * @param script null where there is none, as for {@code scgi:}
   * @param contentLength of the body as the program gets it, -1 if unknown or none
   */
  public static Environment of(
      Exchange exchange, CgiView view, ScriptFile script, long contentLength) {
    Environment environment = new Environment();
    view.variables.forEach(environment::add);
    Exchange from = (Exchange) exchange.attribute(Attributes.REDIRECTED_FROM);
    Request request = exchange.request();
    RequestFields.add(request.headers(), view.passAuthorization, view.passHeaders, environment);
    request(environment, exchange, view, contentLength);
    server(environment, exchange, view);
    user(environment, exchange);
    if (script != null) {
      script(environment, exchange, script);
    }
    if (from != null) {
      redirected(environment, exchange, from);
    }
    page(environment, exchange);
    return environment;
  }

  private static void request(
      Environment environment, Exchange exchange, CgiView view, long contentLength) {
    Request request = exchange.request();
    boolean included = isIncluded(exchange);
    environment.set("GATEWAY_INTERFACE", "CGI/1.1");
    environment.set("REQUEST_METHOD", request.method());
    environment.set("QUERY_STRING", request.query() == null ? "" : request.query());
    environment.set("SERVER_PROTOCOL", included ? "INCLUDED" : "HTTP/1." + request.minorVersion());
    Exchange asked = view.originalUri ? origin(exchange) : exchange;
    environment.set("REQUEST_URI", asked.request().target());
    environment.set("CONTENT_LENGTH", contentLength < 0 ? null : Long.toString(contentLength));
    boolean kept = exchange.attribute(Attributes.KEPT_BODY) != null;
    environment.set(
        "CONTENT_TYPE",
        (kept ? origin(exchange).request() : request).headers().get("Content-Type"));
    environment.set("REQUEST_SCHEME", exchange.connection().secure() ? "https" : "http");
    environment.set("HTTPS", exchange.connection().secure() ? "on" : null);
  }

  /** Whether a page includes it, as opposed to a redirect or an error page. */
  public static boolean isIncluded(Exchange exchange) {
    return exchange.parent() != null
        && exchange.attribute(Attributes.REDIRECTED_FROM) == null
        && exchange.attribute(Attributes.ERROR_STATUS) == null;
  }

  /** The exchange that the client asked for. */
  public static Exchange origin(Exchange exchange) {
    Exchange at = exchange;
    for (Exchange next = at; next != null; ) {
      at = next;
      Exchange from = (Exchange) at.attribute(Attributes.REDIRECTED_FROM);
      next = from != null ? from : at.parent();
    }
    return at;
  }

  private static void server(Environment environment, Exchange exchange, CgiView view) {
    Connection connection = exchange.connection();
    InetSocketAddress remote = connection.remote();
    InetSocketAddress local = connection.local();
    environment.set("REMOTE_ADDR", address(remote));
    environment.set("REMOTE_PORT", Integer.toString(remote.getPort()));
    environment.set("REMOTE_HOST", null);
    environment.set("REMOTE_IDENT", null);
    environment.set("SERVER_ADDR", address(local));
    String authority = exchange.request().headers().get("Host");
    String host = authority == null ? "" : authority;
    int colon = host.lastIndexOf(':');
    boolean port = colon > host.lastIndexOf(']') && colon >= 0;
    String name = port ? host.substring(0, colon) : host;
    if (!view.serverName.isEmpty()) {
      name = view.serverName;
    } else if (name.isEmpty()) {
      name = address(local);
    }
    environment.set("SERVER_NAME", escape(name));
    String number = port ? host.substring(colon + 1) : "";
    environment.set("SERVER_PORT", isNumber(number) ? number : Integer.toString(local.getPort()));
    environment.set("SERVER_SOFTWARE", SOFTWARE);
    environment.set("SERVER_SIGNATURE", "");
    environment.set("SERVER_ADMIN", view.serverAdmin);
    String root = Bytes.of(exchange.site().root().toString());
    environment.set("DOCUMENT_ROOT", root);
    environment.set("CONTEXT_PREFIX", "");
    environment.set("CONTEXT_DOCUMENT_ROOT", root);
  }

  private static String address(InetSocketAddress address) {
    String text = address.getAddress().getHostAddress();
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }

  private static boolean isNumber(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= 5;
  }

  /** The name comes from the client, and programs print it into pages. */
  private static String escape(String name) {
    if (name.indexOf('<') < 0 && name.indexOf('"') < 0 && name.indexOf('&') < 0) {
      return name;
    }
    return name.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static void user(Environment environment, Exchange exchange) {
    Object user = null;
    Object type = null;
    for (Exchange at = exchange; at != null && user == null; at = at.parent()) {
      user = at.attribute(Attributes.USER);
      type = at.attribute(Attributes.AUTH_TYPE);
    }
    environment.set("REMOTE_USER", user == null ? null : Bytes.of(user.toString()));
    environment.set("AUTH_TYPE", type == null || user == null ? null : type.toString());
  }

  private static void script(Environment environment, Exchange exchange, ScriptFile script) {
    String info = script.pathInfo();
    environment.set(
        "SCRIPT_NAME", Bytes.of(isIncluded(exchange) ? script.name() + info : script.name()));
    environment.set("SCRIPT_FILENAME", Bytes.of(script.path().toString()));
    environment.set("PATH_INFO", info.isEmpty() ? null : Bytes.of(info));
    environment.set("PATH_TRANSLATED", info.isEmpty() ? null : belowRoot(exchange, info));
    environment.set("CONTEXT_PREFIX", Bytes.of(script.contextPrefix()));
    environment.set(
        "CONTEXT_DOCUMENT_ROOT",
        Bytes.of(script.contextRoot().toAbsolutePath().normalize().toString()));
  }

  /** Where path information would lead as a path of the document root. Blocks; for workers. */
  public static String belowRoot(Exchange exchange, String info) {
    PathResolver resolver = new PathResolver(exchange.site().root(), LinkPolicy.OFF, false);
    String clean = info.startsWith("/") ? info : "/" + info;
    // The real place of the root, and below it what the client named: nothing is looked up.
    return Bytes.of(resolver.root() + clean);
  }

  /**
   * What was known before a redirect within the front or of the failure that an error page is for,
   * under {@code REDIRECT_*} (RFC 3875 section 6.2.2): all variables of a program, the configured
   * ones of anything else, and with another prefix what came before those.
   */
  private static void redirected(Environment environment, Exchange exchange, Exchange from) {
    before(from).forEach((name, value) -> environment.set("REDIRECT_" + name, value));
    Object status = exchange.attribute(Attributes.ERROR_STATUS);
    environment.set("REDIRECT_STATUS", status == null ? "200" : status.toString());
    environment.set("REDIRECT_URL", from.path() == null ? null : Bytes.of(from.path()));
    environment.set("REDIRECT_QUERY_STRING", from.request().query());
    environment.set("REDIRECT_REQUEST_METHOD", from.request().method());
    HandlerException failure = status == null ? null : from.failure();
    // Its message may name files and receivers: that is for the log.
    environment.set("REDIRECT_ERROR_NOTES", failure == null ? null : escape(failure.code()));
    Object user = from.attribute(Attributes.USER);
    if (user != null && environment.get("REMOTE_USER") == null) {
      environment.set("REDIRECT_REMOTE_USER", Bytes.of(user.toString()));
    }
  }

  private static Map<String, String> before(Exchange from) {
    if (from.attribute(OF_PROGRAM) instanceof Environment environment) {
      return environment.map();
    }
    Environment environment = new Environment();
    if (from.match() != null) {
      CgiView view = from.match().route().options().view(CgiView.class, CgiView::new);
      view.variables.forEach(environment::add);
      // They are of a program, and none ran.
      environment.set("PATH", null);
      environment.set("TZ", null);
    }
    if (from.attribute(Attributes.REDIRECTED_FROM) instanceof Exchange earlier) {
      redirected(environment, from, earlier);
    }
    return environment.map();
  }

  /** Variables of the page that includes it; never those that a client or a loader could misuse. */
  private static void page(Environment environment, Exchange exchange) {
    if (exchange.attribute(Attributes.VARIABLES) instanceof Map<?, ?> variables) {
      variables.forEach(
          (name, value) -> {
            String key = name.toString();
            if (mayComeFromPage(key) && value != null) {
              environment.add(key, value.toString());
            }
          });
    }
  }

  /** Not what loaders, shells and interpreters obey, nor what passes for a client's field. */
  public static boolean mayComeFromPage(String name) {
    return !name.startsWith("LD_")
        && !name.startsWith("HTTP_")
        && !name.startsWith("BASH_")
        && !name.startsWith("PERL5")
        && !name.startsWith("PYTHON")
        && !name.equals("ENV")
        && !name.equals("IFS")
        && !name.equals("SHELLOPTS");
  }
}
