package org.sluice.core.internal.answer;

import java.nio.charset.StandardCharsets;
import org.osgi.service.component.annotations.Component;
import org.sluice.api.config.Options;
import org.sluice.api.handler.Handler;
import org.sluice.api.handler.SluiceScheme;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.api.route.Match;

/**
 * Target {@code redirect:URL}: sends clients elsewhere (RFC 9110 section 15.4). What of the path is
 * behind the route is appended, as httpd does, or put where {@code $n} stands; the query goes along
 * unless the target has one.
 *
 * <p>The host is the route's word alone (T3): what a client sent is encoded, begins after the
 * host's end, and never makes a second slash at the beginning.
 */
@Component
@SluiceScheme("redirect")
public final class Redirect implements Handler {

  /** What a route says, parsed once. */
  private record View(int status, boolean rest) {
    static View of(Options options) {
      return new View(
          Integer.parseInt(options.text("redirect.status")), options.flag("redirect.rest"));
    }
  }

  @Override
  public void handle(Exchange exchange, Options options) throws HandlerException {
    View view = options.view(View.class, View::of);
    Match match = exchange.match();
    String target = match.route().target().rest();
    int hostEnd = hostEnd(target);
    if (target.isEmpty() || (indexOfGroup(target, 0) >= 0 && indexOfGroup(target, 0) < hostEnd)) {
      throw new HandlerException(
          500,
          "bad-target",
          "target=redirect:"
              + target
              + " needs a URL or path, without $n in its host, for example redirect:/new/");
    }
    String location = location(target, hostEnd, match, view.rest());
    String query = exchange.request().query();
    if (view.rest() && query != null && target.indexOf('?') < 0 && target.indexOf('#') < 0) {
      location = location + "?" + query;
    }
    exchange.request().body().close();
    exchange.respond(Response.of(view.status(), Headers.of("Location", location), Body.empty()));
  }

  /** Where the authority of an absolute target ends; 0 for a path. */
  private static int hostEnd(String target) {
    int start = target.startsWith("//") ? 2 : target.indexOf("://") + 3;
    if (start < 3 && !target.startsWith("//")) {
      return 0;
    }
    int end = start;
    while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
      end++;
    }
    return end;
  }

  private static String location(String target, int hostEnd, Match match, boolean rest) {
    StringBuilder out = new StringBuilder(target.length() + 32);
    int from = 0;
    boolean groups = false;
    for (int i = indexOfGroup(target, 0); i >= 0; i = indexOfGroup(target, from)) {
      groups = true;
      String text = match.group(target.charAt(i + 1) - '0');
      append(out.append(target, from, i), text == null ? "" : text, hostEnd);
      from = i + 2;
    }
    out.append(target, from, target.length());
    if (!groups && rest && target.indexOf('?') < 0 && target.indexOf('#') < 0) {
      append(out, match.rest(), hostEnd);
    }
    return out.toString();
  }

  /** Adds decoded text of a client's path, encoded, so that it stays in the path. */
  private static void append(StringBuilder out, String text, int hostEnd) {
    String more = text;
    boolean atHost = out.length() == hostEnd && hostEnd > 0;
    boolean afterSlash = out.length() > 0 && out.charAt(out.length() - 1) == '/';
    while (more.startsWith("/") && (afterSlash || more.startsWith("//"))) {
      more = more.substring(1);
    }
    if (!more.isEmpty() && !more.startsWith("/") && (atHost || out.length() == 0)) {
      out.append('/');
    }
    for (byte b : more.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      // RFC 3986 section 4.2: before the first slash a colon would make a scheme of it.
      if (isPlain(c) && (c != ':' || out.indexOf("/") >= 0)) {
        out.append(c);
      } else {
        out.append('%')
            .append("0123456789ABCDEF".charAt(c >> 4))
            .append("0123456789ABCDEF".charAt(c & 15));
      }
    }
  }

  /** RFC 3986 section 3.3: what a path holds as it is. */
  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || (c < 0x80 && "-._~!$&'()*+,;=:@/".indexOf(c) >= 0);
  }

  private static int indexOfGroup(String text, int from) {
    for (int i = text.indexOf('$', from); i >= 0; i = text.indexOf('$', i + 1)) {
      if (i + 1 < text.length() && Character.digit(text.charAt(i + 1), 10) >= 0) {
        return i;
      }
    }
    return -1;
  }
}
