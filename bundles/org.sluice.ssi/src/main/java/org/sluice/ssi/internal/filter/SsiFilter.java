package org.sluice.ssi.internal.filter;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.FileFacts;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.api.http.ResponseFilter;
import org.sluice.ssi.internal.page.Link;
import org.sluice.ssi.internal.page.Page;
import org.sluice.ssi.internal.page.PageBody;
import org.sluice.ssi.internal.page.Settings;
import org.sluice.ssi.internal.page.Source;
import org.sluice.ssi.internal.page.TemplateCache;

/** Decides whether a response is a page, and if so replaces its body by the rendered one. */
final class SsiFilter implements ResponseFilter {
  private static final String HTML = "text/html";

  private final Settings settings;
  private final TemplateCache templates;
  private final Outer outer;
  private final boolean anyHtml;

  /** Hooks are called on the event loop: this is its thread. */
  private final Thread loop = Thread.currentThread();

  /**
   * A filter for one exchange.
   *
   * @param outer the client's request that this one stands for, or null
   * @param anyHtml whether every response of type text/html is a page
   */
  SsiFilter(Settings settings, TemplateCache templates, Outer outer, boolean anyHtml) {
    this.settings = settings;
    this.templates = templates;
    this.outer = outer;
    this.anyHtml = anyHtml;
  }

  boolean anyHtml() {
    return anyHtml;
  }

  @Override
  public Response filter(Exchange exchange, Response response) {
    FileFacts file = exchange.attribute(Attributes.FILE) instanceof FileFacts facts ? facts : null;
    String contentType = response.headers().get("Content-Type");
    String type = mediaType(contentType);
    if (exchange.attribute(Attributes.LOOKUP) != null
        || !hasContent(response)
        || !isPage(name(exchange, file), file, type)) {
      return response;
    }
    String coding = response.headers().get("Content-Encoding");
    if (coding != null && !coding.equalsIgnoreCase("identity")) {
      return encoded(exchange, response);
    }
    if (outer != null) {
      outer.parsed(file);
    }
    if (hasDate(file, type) && isNotModified(exchange, file)) {
      response.body().close();
      return Response.of(304, Headers.of("Last-Modified", date(file.modified())), Body.empty());
    }
    return rendered(exchange, response, file, contentType, type);
  }

  /**
   * Content that is compressed already cannot be parsed. What another handler made is passed on; a
   * file would be the source of a page.
   */
  private static Response encoded(Exchange exchange, Response response) {
    if (SsiHook.isFile(exchange)) {
      throw new IllegalStateException("a page with a Content-Encoding cannot be parsed");
    }
    return response;
  }

  private static boolean hasContent(Response response) {
    int status = response.status();
    return status >= 200 && status != 204 && status != 304;
  }

  /** Whether a file that is sent with these fields is a page, see {@link Attributes#WHOLE_FILE}. */
  boolean isPage(FileFacts file, Headers fields) {
    return isPage(name(file), file, mediaType(fields.get("Content-Type")));
  }

  private boolean isPage(String name, FileFacts file, String type) {
    if (type.equals("text/x-server-parsed-html")
        || type.equals("text/x-server-parsed-html3")
        || settings.claims(name)
        || (!type.isEmpty() && settings.claimsType(type))
        || (anyHtml && type.equals(HTML))) {
      return true;
    }
    return settings.executeBit != Settings.ExecuteBit.OFF
        && file != null
        && file.ownerExecutable()
        && type.startsWith(HTML);
  }

  private static String name(Exchange exchange, FileFacts file) {
    return file != null ? name(file) : exchange.path();
  }

  private static String name(FileFacts file) {
    return file.path().getFileName().toString();
  }

  private Response rendered(
      Exchange exchange, Response response, FileFacts file, String contentType, String type) {
    Charset charset = charset(contentType);
    Link link = outer != null ? null : Link.around(exchange);
    Page page =
        new Page(
            exchange,
            settings,
            charset,
            file,
            link,
            outer == null ? null : outer.exchange(),
            outer == null ? null : outer.keptBody());
    page.response(response.status(), response.headers());
    TemplateCache.Place place =
        file != null && response.body().length() == file.size()
            ? templates.place(file, settings.tags, charset)
            : null;
    Source source = new Source(page, response.body(), place);
    return response
        .withHeaders(headers(exchange, response, file, contentType, type))
        .withBody(new PageBody(page, source, link, loop));
  }

  private Headers headers(
      Exchange exchange, Response response, FileFacts file, String contentType, String type) {
    Headers given = response.headers();
    Headers.Builder fields = Headers.builder();
    boolean generated = !SsiHook.isFile(exchange);
    for (int i = 0; i < given.size(); i++) {
      String name = given.name(i);
      boolean drop =
          switch (name.toLowerCase(Locale.ROOT)) {
            case "content-length",
                "accept-ranges",
                "content-range",
                "content-md5",
                "digest",
                "content-digest",
                "repr-digest",
                "content-type" ->
                true;
            case "etag" -> !generated && !settings.etag;
            case "last-modified" -> !settings.lastModified;
            default -> false;
          };
      if (!drop) {
        fields.add(name, given.value(i));
      }
    }
    boolean magic = type.startsWith("text/x-server-parsed-html");
    fields.add("Content-Type", contentType == null || magic ? HTML : contentType);
    if (settings.lastModified) {
      if (file != null && !given.contains("Last-Modified")) {
        fields.add("Last-Modified", date(file.modified()));
      }
    } else if (hasDate(file, type)) {
      fields.add("Last-Modified", date(file.modified()));
    }
    return fields.build();
  }

  /** {@code ssi.xbithack=full} and a file that its group may execute. */
  private boolean hasDate(FileFacts file, String type) {
    return settings.executeBit == Settings.ExecuteBit.FULL
        && !settings.lastModified
        && file != null
        && file.ownerExecutable()
        && file.groupExecutable()
        && type.startsWith(HTML);
  }

  /** RFC 9110 section 13.1.3, by seconds. */
  private boolean isNotModified(Exchange exchange, FileFacts file) {
    Headers fields = (outer == null ? exchange : outer.exchange()).request().headers();
    String since = fields.get("If-Modified-Since");
    if (since == null || fields.contains("If-None-Match") || Link.around(exchange) != null) {
      return false;
    }
    try {
      Instant time = ZonedDateTime.parse(since, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return !file.modified().truncatedTo(ChronoUnit.SECONDS).isAfter(time);
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  /** RFC 9110 section 5.6.7: IMF-fixdate, two digits for the day. */
  private static String date(Instant time) {
    return HTTP_DATE.format(time.atOffset(ZoneOffset.UTC));
  }

  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

  private static String mediaType(String contentType) {
    if (contentType == null) {
      return "";
    }
    int semicolon = contentType.indexOf(';');
    String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.strip().toLowerCase(Locale.ROOT);
  }

  private static Charset charset(String contentType) {
    int at = contentType == null ? -1 : contentType.toLowerCase(Locale.ROOT).indexOf("charset=");
    if (at < 0) {
      return StandardCharsets.UTF_8;
    }
    String name = contentType.substring(at + 8).strip();
    int end = name.indexOf(';');
    name = (end < 0 ? name : name.substring(0, end)).replace("\"", "").strip();
    try {
      return Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return StandardCharsets.UTF_8;
    }
  }
}
