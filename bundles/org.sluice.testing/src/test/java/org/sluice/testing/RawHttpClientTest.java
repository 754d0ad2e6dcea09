package org.sluice.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RawHttpClientTest {
  private ServerSocket listener;
  private RawHttpClient client;
  private Socket server;

  @BeforeEach
  void connect() throws IOException {
    listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    client = RawHttpClient.connect(listener.getLocalPort());
    server = listener.accept();
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
    listener.close();
  }

  private void answer(String text) throws IOException {
    server.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void sendsExactBytes() throws IOException {
    client.get("/x", "A: b").halfClose();
    assertEquals(
        "GET /x HTTP/1.1\r\nHost: localhost\r\nA: b\r\n\r\n",
        new String(server.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
  }

  @Test
  void readsResponsesOneByOne() throws IOException {
    answer("HTTP/1.1 100 Continue\r\n\r\n");
    answer("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX: 1\r\nx: 2\r\n\r\nabc");
    answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    answer("2;e=1\r\nde\r\n1\r\nf\r\n0\r\nT: v\r\n\r\n");
    answer("HTTP/1.1 204 \r\n\r\nHTTP/1.0 200 Close\r\n\r\nto the end");
    server.shutdownOutput();
    assertEquals(100, client.readResponse().status());
    RawResponse sized = client.readResponse();
    assertEquals("abc", sized.text());
    assertEquals("1", sized.header("X"));
    assertEquals(2, sized.count("x"));
    RawResponse chunked = client.readResponse();
    assertEquals("def", chunked.text());
    assertEquals("T", chunked.trailers().get(0).getKey());
    assertEquals(204, client.readResponse().status());
    RawResponse last = client.readResponse();
    assertEquals("HTTP/1.0", last.version());
    assertEquals("Close", last.reason());
    assertEquals("HTTP/1.0 200 Close\r\n\r\nto the end", last.rawText());
  }

  @Test
  void readsHeadAndRest() throws IOException {
    answer("HTTP/1.1 200 OK\r\nA: \r\r\n\r\nbody");
    server.shutdownOutput();
    assertTrue(client.readHead().endsWith("A: \r\r\n\r\n"));
    assertEquals("bo", new String(client.read(2), StandardCharsets.US_ASCII));
    assertEquals("dy", new String(client.readToEnd(), StandardCharsets.US_ASCII));
    assertThrows(EOFException.class, () -> client.read(1));
  }

  @Test
  void cutResponseIsNoResponse() throws IOException {
    answer("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab");
    server.shutdownOutput();
    assertThrows(EOFException.class, client::readResponse);
  }

  @Test
  void limitHoldsForTheWholeOperation() throws IOException {
    answer("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab");
    client.limit(Duration.ofMillis(50));
    SocketTimeoutException e = assertThrows(SocketTimeoutException.class, client::readResponse);
    assertTrue(e.getMessage().contains("Content-Length: 3"), e.getMessage());
  }

  @Test
  void tellsResetFromEndOfFile() throws IOException {
    assertTrue(client.silentFor(Duration.ofMillis(20)));
    server.setSoLinger(true, 0);
    server.close();
    assertEquals(RawHttpClient.End.RESET, client.awaitEnd());
    try (RawHttpClient other = RawHttpClient.connect(listener.getLocalPort());
        Socket otherServer = listener.accept()) {
      otherServer.getOutputStream().write('x');
      otherServer.close();
      assertFalse(other.silentFor(Duration.ofSeconds(5)));
      assertEquals(RawHttpClient.End.EOF, other.awaitEnd());
    }
  }

  @Test
  void resets() throws IOException {
    client.reset();
    assertThrows(IOException.class, () -> server.getInputStream().read());
  }
}
