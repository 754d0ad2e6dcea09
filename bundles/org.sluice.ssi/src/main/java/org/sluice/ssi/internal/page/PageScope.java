package org.sluice.ssi.internal.page;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.concurrent.CompletionStage;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.FileFacts;
import org.sluice.api.http.Response;
import org.sluice.api.http.Subrequest;
import org.sluice.ssi.api.SsiException;
import org.sluice.ssi.internal.element.Targets;
import org.sluice.ssi.internal.expr.ExprException;
import org.sluice.ssi.internal.expr.Scope;
import org.sluice.ssi.internal.text.Codings;
import org.sluice.ssi.internal.text.Networks;
import org.sluice.ssi.internal.text.Strftime;

/**
 * What an expression sees of its page. Opens no file; whether a URL may be had, a subrequest tells.
 */
public final class PageScope implements Scope {
  private static final String TIME = "%Y%m%d%H%M%S";

  private final Page page;

  /** What to do when a URL was looked up. */
  @FunctionalInterface
  public interface Next {
    /** Goes on. */
    void go() throws SsiException;
  }

  /** For one evaluation. */
  public PageScope(Page page) {
    this.page = page;
  }

  @Override
  public String variable(String name) {
    return page.variable(name);
  }

  @Override
  public String expand(String text) {
    return page.expand(text);
  }

  @Override
  public String request(String field) {
    return orEmpty(page.exchange().request().headers().get(field));
  }

  @Override
  public String response(String field) {
    return orEmpty(page.responseHeaders().get(field));
  }

  @Override
  public String note(String name) {
    Object value = page.exchange().attribute(name);
    return value instanceof String text ? Codings.utf8(text) : "";
  }

  @Override
  public String process(String name) throws ExprException {
    if (!page.settings().exprOsenv) {
      throw new ExprException("osenv() is switched off; ssi.expr-osenv=on switches it on");
    }
    String value = System.getenv(name);
    return value == null ? "" : Codings.utf8(value);
  }

  @Override
  public boolean clientIn(String network) throws ExprException {
    InetSocketAddress client = page.exchange().connection().remote();
    try {
      return Networks.contains(network, client.getAddress());
    } catch (IllegalArgumentException e) {
      throw new ExprException("-R: " + e.getMessage());
    }
  }

  @Override
  public boolean accessible(String url) throws ExprException {
    if (!page.settings().exprAccess) {
      throw new ExprException("-A is switched off by ssi.expr-access");
    }
    String target;
    try {
      target = Targets.virtual("-A", url);
    } catch (SsiException e) {
      return false;
    }
    Boolean known = page.accessible().get(target);
    if (known == null) {
      throw new LookupNeeded(target);
    }
    return known;
  }

  /** Files of the document root only, as URLs, so that the same rules hold for both. */
  @Override
  public boolean fileAccessible(String path) throws ExprException {
    if (!page.settings().exprAccess) {
      throw new ExprException("-F is switched off by ssi.expr-access");
    }
    try {
      if (!path.startsWith("/")) {
        return accessible(Targets.file("-F", path));
      }
      Path root = page.exchange().site() == null ? null : page.exchange().site().root();
      String prefix = root == null ? null : Codings.utf8(root.toString()) + "/";
      return prefix != null
          && path.startsWith(prefix)
          && accessible("/" + Targets.file("-F", path.substring(prefix.length())));
    } catch (SsiException e) {
      return false;
    }
  }

  /** Looks a URL up while the page waits, and goes on. */
  public void lookUp(String target, Next next) throws SsiException {
    CompletionStage<Response> answer =
        page.subrequest(
            Subrequest.get(target)
                .with(Attributes.LOOKUP, new java.util.concurrent.CompletableFuture<FileFacts>()),
            Link.Purpose.ACCESS);
    page.await(
        answer.handle(
            (response, failure) -> {
              if (failure != null) {
                return false;
              }
              response.body().close();
              return response.status() < 400;
            }),
        may -> {
          page.accessible().put(target, may);
          next.go();
        });
  }

  @Override
  public void matched(String[] groups) {
    page.matched(groups);
  }

  @Override
  public String server(String name) {
    Exchange exchange = page.exchange();
    return switch (name) {
      case "REQUEST_FILENAME", "SCRIPT_FILENAME" ->
          page.document() == null ? "" : Codings.utf8(page.document().path().toString());
      case "IS_SUBREQ" -> page.depth() > 0 ? "true" : "false";
      case "THE_REQUEST" -> requestLine(page.tree().base);
      case "CONTENT_TYPE" -> orEmpty(page.responseHeaders().get("Content-Type"));
      case "HANDLER" -> exchange.match() == null ? "" : exchange.match().route().target().scheme();
      case "REQUEST_LOG_ID", "CONN_LOG_ID" -> exchange.id();
      case "REQUEST_STATUS" -> Integer.toString(page.responseStatus());
      case "LAST_MODIFIED" -> page.document() == null ? "" : time(page.document().modified());
      case "HTTPS", "HTTP2", "IPV6" -> ofConnection(name, exchange);
      case "CONN_REMOTE_ADDR" -> orEmpty(page.variable("REMOTE_ADDR"));
      case "API_VERSION" -> "0";
      case "HTTP_USER_AGENT",
          "HTTP_REFERER",
          "HTTP_COOKIE",
          "HTTP_FORWARDED",
          "HTTP_HOST",
          "HTTP_ACCEPT" ->
          request(name.substring(5).replace('_', '-'));
      case "HTTP_PROXY_CONNECTION" -> request("Proxy-Connection");
      default -> name.startsWith("TIME") ? now(name) : orEmpty(page.requestVariable(name));
    };
  }

  private static String requestLine(Exchange base) {
    return base.request().method()
        + " "
        + base.request().target()
        + " HTTP/1."
        + base.request().minorVersion();
  }

  private static String ofConnection(String name, Exchange exchange) {
    boolean yes =
        switch (name) {
          case "HTTPS" -> exchange.connection().secure();
          case "IPV6" ->
              exchange.connection().remote().getAddress() instanceof java.net.Inet6Address;
          default -> false;
        };
    return yes ? "on" : "off";
  }

  private static String time(Instant time) {
    return Strftime.format(TIME, time.atZone(RequestVariables.Zones.local()), null);
  }

  private static String now(String name) {
    String pattern =
        switch (name) {
          case "TIME_YEAR" -> "%Y";
          case "TIME_MON" -> "%m";
          case "TIME_DAY" -> "%d";
          case "TIME_HOUR" -> "%H";
          case "TIME_MIN" -> "%M";
          case "TIME_SEC" -> "%S";
          case "TIME_WDAY" -> "%w";
          default -> TIME;
        };
    return Strftime.format(pattern, ZonedDateTime.now(RequestVariables.Zones.local()), null);
  }

  private static String orEmpty(String text) {
    return text == null ? "" : text;
  }
}
