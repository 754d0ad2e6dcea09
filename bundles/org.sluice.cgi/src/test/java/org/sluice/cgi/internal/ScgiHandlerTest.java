package org.sluice.cgi.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.api.http.HandlerException;
import org.sluice.testing.Await;
import org.sluice.testing.MapOptions;
import org.sluice.testing.MemoryExchange;
import org.sluice.testing.MemoryExchangeBuilder;

/** Requests against real SCGI servers over TCP and local sockets. */
class ScgiHandlerTest {
  @TempDir Path folder;
  private final CgiState state = new CgiState();
  private final MapOptions options = Stage.options().with("cgi.timeout", "5s");

  @AfterEach
  void close() {
    state.deactivate();
  }

  /** What a server got. */
  private record Got(Map<String, String> variables, String first, String body) {}

  private static Got read(InputStream raw) throws IOException {
    DataInputStream in = new DataInputStream(raw);
    int length = 0;
    for (int b = in.read(); b != ':'; b = in.read()) {
      length = length * 10 + b - '0';
    }
    byte[] pairs = in.readNBytes(length);
    assertEquals(',', in.read());
    String[] texts = new String(pairs, StandardCharsets.ISO_8859_1).split("\0", -1);
    Map<String, String> variables = new LinkedHashMap<>();
    for (int i = 0; i + 1 < texts.length; i += 2) {
      variables.put(texts[i], texts[i + 1]);
    }
    return new Got(
        variables,
        texts[0],
        new String(
            in.readNBytes(Integer.parseInt(variables.get("CONTENT_LENGTH"))),
            StandardCharsets.ISO_8859_1));
  }

  private static void answer(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private MemoryExchange run(MemoryExchangeBuilder builder, String target) {
    MemoryExchange exchange = builder.route("/app/", target, options).build();
    try {
      new ScgiHandler(state).handle(exchange, options);
    } catch (HandlerException e) {
      exchange.fail(e);
    }
    Await.until(Stage.LIMIT, () -> exchange.outcome() != null, "the end");
    return exchange;
  }

  @Test
  void overTcpWithABody() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Got> got =
          CompletableFuture.supplyAsync(
              () -> {
                try (Socket client = server.accept()) {
                  Got request = read(client.getInputStream());
                  answer(client.getOutputStream(), "Status: 201 Made\r\nA: b\r\n\r\nanswer");
                  return request;
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      byte[] body = new byte[1_000_000];
      MemoryExchange exchange =
          run(
              MemoryExchange.of("POST", "/app/x/y?q=1").body(body).header("Proxy", "evil"),
              "scgi:127.0.0.1:" + server.getLocalPort());
      assertEquals(201, exchange.status());
      assertEquals("answer", exchange.bodyText());
      assertEquals("b", exchange.responseHeaders().get("A"));
      Got request = Await.completed(got);
      assertEquals("CONTENT_LENGTH", request.first());
      assertEquals("1000000", request.variables().get("CONTENT_LENGTH"));
      assertEquals("1", request.variables().get("SCGI"));
      assertEquals("POST", request.variables().get("REQUEST_METHOD"));
      assertEquals("/app", request.variables().get("SCRIPT_NAME"));
      assertEquals("/x/y", request.variables().get("PATH_INFO"));
      assertEquals("q=1", request.variables().get("QUERY_STRING"));
      assertNull(request.variables().get("HTTP_PROXY"));
      assertEquals(new String(body, StandardCharsets.ISO_8859_1), request.body());
    }
  }

  @Test
  void overALocalSocketWithChunks() throws Exception {
    Path path = folder.resolve("s");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      CompletableFuture<Got> got =
          CompletableFuture.supplyAsync(
              () -> {
                try (SocketChannel client = server.accept()) {
                  Got request = read(Channels.newInputStream(client));
                  answer(Channels.newOutputStream(client), "Content-Type: a/b\n\nanswer");
                  return request;
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      MemoryExchange exchange =
          run(MemoryExchange.of("POST", "/app/").chunks("hel", "lo"), "scgi:" + path);
      assertEquals("answer", exchange.bodyText());
      Got request = Await.completed(got);
      assertEquals("5", request.variables().get("CONTENT_LENGTH"));
      assertEquals("hello", request.body());
    }
  }

  @ParameterizedTest
  @CsvSource({"'',502", "nonsense,502", "'no\ncolon\n\n',502"})
  void badAnswers(String text, int status) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Got> got =
          CompletableFuture.supplyAsync(
              () -> {
                try (Socket client = server.accept()) {
                  Got request = read(client.getInputStream());
                  answer(client.getOutputStream(), text);
                  return request;
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      MemoryExchange exchange =
          run(MemoryExchange.get("/app/"), "scgi://127.0.0.1:" + server.getLocalPort());
      assertEquals(status, exchange.status());
      Await.completed(got);
    }
  }

  @Test
  void nobodyListens() throws Exception {
    // Bound, so that nobody else can listen there, and not listening itself.
    try (Socket holder = new Socket()) {
      holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      int port = holder.getLocalPort();
      assertEquals(503, run(MemoryExchange.get("/app/"), "scgi:127.0.0.1:" + port).status());
    }
    assertEquals(503, run(MemoryExchange.get("/app/"), "scgi:" + folder.resolve("no")).status());
    // The client has its answer before the slot is given back.
    Await.until(() -> state.slots("test", new CgiView(options)).counts()[0] == 0, "slots are back");
  }

  @ParameterizedTest
  @CsvSource({"''", "host:", ":1", "host:70000", "run/", "host:x"})
  void badTargets(String rest) {
    assertThrows(IllegalArgumentException.class, () -> ScgiTarget.parse(rest));
  }
}
