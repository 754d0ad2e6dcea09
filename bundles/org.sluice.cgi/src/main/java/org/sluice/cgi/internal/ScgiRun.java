package org.sluice.cgi.internal;

import java.io.ByteArrayOutputStream;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.cgi.internal.env.Environment;
import org.sluice.cgi.internal.env.MetaVariables;
import org.sluice.cgi.internal.process.Bytes;
import org.sluice.cgi.internal.process.ScgiConnection;

/**
 * One request to an SCGI server: a netstring of the variables, CONTENT_LENGTH first, then the body.
 * A body of unknown length is stored before, because the protocol wants its length.
 */
final class ScgiRun extends Run {
  ScgiRun(CgiState state, Exchange exchange, CgiView view) {
    super(state, exchange, view);
  }

  void start() {
    proceed(true);
  }

  @Override
  void launch() {
    SocketAddress address;
    try {
      address = ScgiTarget.parse(exchange.match().route().target().rest());
    } catch (IllegalArgumentException e) {
      release();
      fail(new HandlerException(500, "scgi-target", e.getMessage()));
      return;
    }
    Environment environment = MetaVariables.of(exchange, view, null, contentLength);
    split(environment);
    exchange.attribute(MetaVariables.OF_PROGRAM, environment);
    byte[] head = netstring(environment.block(), Math.max(0, contentLength));
    CgiAnswer answer = new CgiAnswer(exchange, view, "scgi:" + address, loop, excerpt, 502);
    loop.run(() -> connect(address, head, answer));
  }

  private void connect(SocketAddress address, byte[] head, CgiAnswer answer) {
    ScgiConnection connection =
        new ScgiConnection(
            loop,
            view.limits,
            answer,
            answer::notReached,
            () -> {
              release();
              answer.collected();
            });
    answer.started(connection, false);
    launched(answer);
    connection.start(address, head, body);
  }

  /** The route's path is the script, what follows is path information. */
  private void split(Environment environment) {
    String mapped = exchange.match().route().mappedPath();
    String name = mapped.endsWith("/") ? mapped.substring(0, mapped.length() - 1) : mapped;
    String path = exchange.path();
    String info = path.startsWith(name) ? path.substring(name.length()) : path;
    environment.set("SCRIPT_NAME", Bytes.of(name));
    environment.set("PATH_INFO", info.isEmpty() ? null : Bytes.of(info));
  }

  private static byte[] netstring(List<String> variables, long length) {
    ByteArrayOutputStream pairs = new ByteArrayOutputStream(2048);
    pair(pairs, "CONTENT_LENGTH", Long.toString(length));
    pair(pairs, "SCGI", "1");
    for (int i = 0; i < variables.size(); i += 2) {
      String name = variables.get(i);
      if (!name.equals("CONTENT_LENGTH") && !name.equals("PATH")) {
        pair(pairs, name, variables.get(i + 1));
      }
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream(pairs.size() + 16);
    all.writeBytes((pairs.size() + ":").getBytes(StandardCharsets.ISO_8859_1));
    all.writeBytes(pairs.toByteArray());
    all.write(',');
    return all.toByteArray();
  }

  private static void pair(ByteArrayOutputStream out, String name, String value) {
    out.writeBytes(name.getBytes(StandardCharsets.ISO_8859_1));
    out.write(0);
    out.writeBytes(value.getBytes(StandardCharsets.ISO_8859_1));
    out.write(0);
  }
}
