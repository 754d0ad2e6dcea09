package org.sluice.backend.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.CompletionStage;
import org.sluice.api.http.Body;
import org.sluice.api.http.Duplex;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.api.wire.Grammar;

/**
 * A connection that became another protocol: raw bytes both ways, each direction pulled by its
 * receiver. Opened only behind a 101 that was checked (T16).
 */
final class Tunnel implements RequestPump.Listener {
  /** RFC 6455 section 1.3. */
  private static final String WEBSOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final Exchange exchange;
  private final BackendConnection connection;
  private final Content content;
  private final long idleNanos;
  private RequestPump pump;
  private boolean clientEnded;
  private boolean backendEnded;

  Tunnel(Exchange exchange, BackendConnection connection, long idleNanos) {
    this.exchange = exchange;
    this.connection = connection;
    this.content = connection.content();
    this.idleNanos = idleNanos;
  }

  /** Protocols that the client offers and the route allows; null for none. */
  static String offered(Exchange exchange, BackendOptions options) {
    Headers headers = exchange.request().headers();
    String wanted = headers.get("Upgrade");
    if (wanted == null
        || exchange.parent() != null
        || exchange.request().minorVersion() == 0
        || !headers.hasToken("Connection", "upgrade")) {
      return null;
    }
    StringBuilder offered = new StringBuilder();
    for (String value : headers.all("Upgrade")) {
      for (String protocol : value.split(",")) {
        String name = protocol.strip();
        int slash = name.indexOf('/');
        String bare = slash < 0 ? name : name.substring(0, slash);
        // HTTP/2 in the clear would be a second reading of HTTP behind our back (T1).
        boolean http = bare.equalsIgnoreCase("h2c") || bare.equalsIgnoreCase("HTTP");
        if (!http && Grammar.isToken(bare) && options.mayUpgrade(bare)) {
          offered.append(offered.length() == 0 ? "" : ", ").append(name);
        }
      }
    }
    return offered.length() == 0 ? null : offered.toString();
  }

  /** Why a 101 is not believed, or null. */
  static String objection(Exchange exchange, ResponseHead head, String offered) {
    if (offered == null) {
      return "101 although the client asked for no protocol that the route allows";
    }
    String chosen = head.headers().get("Upgrade");
    if (chosen == null || !head.headers().hasToken("Connection", "upgrade")) {
      return "101 without Upgrade and Connection: upgrade";
    }
    if (!Headers.of("Upgrade", offered).hasToken("Upgrade", chosen.strip())) {
      return "101 with a protocol that was not asked for";
    }
    if (head.contentLength() > 0 || head.chunked()) {
      return "101 with a body";
    }
    String key = exchange.request().headers().get("Sec-WebSocket-Key");
    boolean webSocket = chosen.strip().equalsIgnoreCase("websocket") && key != null;
    return webSocket && !accept(key).equals(head.headers().get("Sec-WebSocket-Accept"))
        ? "101 with a wrong Sec-WebSocket-Accept"
        : null;
  }

  private static String accept(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest((key.strip() + WEBSOCKET).getBytes(StandardCharsets.ISO_8859_1));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Sends the 101 and joins both sides. */
  void open(Headers headers) {
    connection.allowHalfClosure();
    content.progress(idleNanos);
    CompletionStage<Duplex> upgraded;
    try {
      upgraded = exchange.upgrade(Response.of(101, headers, Body.empty()));
    } catch (IllegalStateException e) {
      content.abandon(new IOException(e));
      return;
    }
    upgraded.whenComplete(
        (duplex, failure) -> {
          if (failure != null) {
            onLoop(() -> content.abandon(new IOException(failure)));
          } else {
            onLoop(() -> join(duplex));
          }
        });
  }

  private void join(Duplex duplex) {
    duplex.send(content);
    pump = new RequestPump(connection, duplex.incoming(), false, this);
    pump.run();
  }

  private void onLoop(Runnable task) {
    if (connection.loop().executor().inEventLoop()) {
      task.run();
    } else {
      connection.loop().executor().execute(task);
    }
  }

  void writable() {
    if (pump != null && !pump.isOver()) {
      pump.run();
    }
  }

  /** The client has sent its end. */
  @Override
  public void pumped() {
    clientEnded = true;
    connection.shutdownOutput();
    finishIfBoth();
  }

  @Override
  public void bodyFailed(Throwable cause) {
    content.abandon(new IOException("the client's side broke: " + cause.getMessage()));
  }

  @Override
  public void waiting(boolean backend) {
    // Bytes of the client are activity as well.
    connection.deadline(idleNanos);
  }

  /** The backend has sent its end, or broke off. */
  void backendEnded() {
    backendEnded = true;
    if (!content.isWhole()) {
      close();
    } else {
      finishIfBoth();
    }
  }

  private void finishIfBoth() {
    if (clientEnded && backendEnded) {
      connection.finish(false);
    }
  }

  /** Both sides end now. */
  void close() {
    if (pump != null) {
      pump.cancel();
    }
    connection.finish(false);
  }
}
