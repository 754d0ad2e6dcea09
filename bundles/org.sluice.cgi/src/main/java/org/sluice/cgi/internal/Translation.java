package org.sluice.cgi.internal;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.sluice.api.file.LinkPolicy;
import org.sluice.api.file.PathResolver;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.FileFacts;
import org.sluice.api.http.Response;
import org.sluice.api.http.Subrequest;
import org.sluice.api.route.Match;
import org.sluice.api.route.Target;
import org.sluice.cgi.internal.process.Bytes;

/**
 * Where path information would lead if it were a path of this server (PATH_TRANSLATED, RFC 3875
 * section 4.1.6): a subrequest for it goes through the hooks and the routes as a client's would,
 * and {@link CgiHook} answers it before any handler, with the place that its route names. Nothing
 * has to be there. A path that is refused, or is none of files, is one of the document root.
 */
final class Translation {
  /** Attribute of such a subrequest. */
  static final String NAME = "cgi.translation";

  private static final String PLAIN = "/-._~!$&'()*+,;=:@";
  private static final String HEX = "0123456789ABCDEF";

  private volatile ScriptRequest.Place place;

  /** The subrequest's route is known. On the loop. */
  static boolean answers(Exchange exchange) {
    if (exchange.parent() == null
        || !(exchange.attribute(NAME) instanceof Translation asked)
        || exchange.match() == null) {
      return false;
    }
    Match match = exchange.match();
    Target target = match.route().target();
    if (target.scheme().equals("file") || target.scheme().equals("cgi")) {
      asked.place = ScriptRequest.Place.of(target, match, exchange.site().root());
    }
    exchange.respond(Response.of(204));
    return true;
  }

  /**
   * The place of path information; never fails, null if it is not known. Continue on a worker, as
   * {@link #path} blocks.
   */
  static CompletionStage<Translation> of(Exchange exchange, String info) {
    Translation asked = new Translation();
    CompletableFuture<Translation> result = new CompletableFuture<>();
    Subrequest lookup =
        new Subrequest(escape(info), "HEAD")
            .with(NAME, asked)
            // Should our hook be gone by now, it is still only looked up.
            .with(Attributes.LOOKUP, new CompletableFuture<FileFacts>());
    try {
      exchange.loop().execute(() -> ask(exchange, lookup, asked, result));
    } catch (RejectedExecutionException e) {
      result.complete(asked);
    }
    return result;
  }

  private static void ask(
      Exchange exchange,
      Subrequest lookup,
      Translation asked,
      CompletableFuture<Translation> result) {
    exchange
        .subrequest(lookup)
        .whenComplete(
            (response, failure) -> {
              if (response != null) {
                response.body().close();
              }
              result.complete(asked);
            });
  }

  /** The path in the file system, or null; one byte per character. Blocks; for workers. */
  String path() {
    ScriptRequest.Place found = place;
    if (found == null) {
      return null;
    }
    String rest = found.path();
    String below = rest.isEmpty() || rest.startsWith("/") ? rest : "/" + rest;
    return Bytes.of(new PathResolver(found.root(), LinkPolicy.OFF, false).root() + below);
  }

  private static String escape(String info) {
    StringBuilder out = new StringBuilder(info.length() + 8);
    for (byte octet : info.getBytes(StandardCharsets.UTF_8)) {
      int c = octet & 0xff;
      if (c < 0x80 && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0)) {
        out.append((char) c);
      } else {
        out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xf));
      }
    }
    return out.toString();
  }
}
