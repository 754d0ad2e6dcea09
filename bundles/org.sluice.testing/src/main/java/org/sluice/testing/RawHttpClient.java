package org.sluice.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A client that sends exactly the bytes it is told to and shows exactly those it got. Every read
 * has a limit for the whole operation, not for each byte. Used by one thread; text is ISO 8859-1.
 */
public final class RawHttpClient implements AutoCloseable {
  /** How the server ended a connection. */
  public enum End {
    /** In order: end of file. */
    EOF,
    /** By a reset: the client can tell that the answer is not whole. */
    RESET
  }

  private final Socket socket;
  private final byte[] buffer = new byte[8 * 1024];
  private int position;
  private int filled;
  private Duration limit = Await.LIMIT;
  private ByteArrayOutputStream record = new ByteArrayOutputStream();
  private long deadline;

  private RawHttpClient(Socket socket) {
    this.socket = socket;
  }

  /** Connects to 127.0.0.1. */
  public static RawHttpClient connect(int port) throws IOException {
    return connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  /** Connects within {@link Await#LIMIT}. */
  public static RawHttpClient connect(InetSocketAddress address) throws IOException {
    return connect(address, new Socket());
  }

  /**
   * Connects a socket that the caller has prepared, for example with a small receive buffer.
   *
   * @param prepared not connected; closed by the client, also when this throws
   */
  public static RawHttpClient connect(InetSocketAddress address, Socket prepared)
      throws IOException {
    try {
      prepared.setTcpNoDelay(true);
      prepared.connect(address, (int) Await.LIMIT.toMillis());
      return new RawHttpClient(prepared);
    } catch (IOException e) {
      prepared.close();
      throw e;
    }
  }

  /** Sets the limit of each operation from here on. */
  public RawHttpClient limit(Duration newLimit) {
    limit = newLimit;
    return this;
  }

  /** The client's own address, as the front sees it. */
  public InetSocketAddress local() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  /** The socket, for options. */
  public Socket socket() {
    return socket;
  }

  /** Sends these bytes. Blocks while the server does not take them. */
  public RawHttpClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** Sends the ISO 8859-1 bytes of {@code text}; line ends are not touched. */
  public RawHttpClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends {@code GET target HTTP/1.1} with {@code Host: localhost} and these header lines. */
  public RawHttpClient get(String target, String... headerLines) throws IOException {
    StringBuilder head = new StringBuilder("GET ").append(target).append(" HTTP/1.1\r\n");
    head.append("Host: localhost\r\n");
    for (String line : headerLines) {
      head.append(line).append("\r\n");
    }
    return send(head.append("\r\n").toString());
  }

  /** Reads exactly {@code count} bytes. */
  public byte[] read(int count) throws IOException {
    begin();
    for (int i = 0; i < count; i++) {
      next();
    }
    return record.toByteArray();
  }

  /** Reads until the head of a response is complete, blank line included. */
  public String readHead() throws IOException {
    begin();
    int state = 0;
    while (state < 4) {
      int b = next();
      state = b == (state % 2 == 0 ? '\r' : '\n') ? state + 1 : b == '\r' ? 1 : 0;
    }
    return record.toString(StandardCharsets.ISO_8859_1);
  }

  /**
   * Reads until the server ends the connection in order.
   *
   * @throws SocketException if it was reset
   */
  public byte[] readToEnd() throws IOException {
    begin();
    while (readByte() >= 0) {
      // Recorded.
    }
    return record.toByteArray();
  }

  /** Reads one response to a {@code GET}; an interim response is a response of its own. */
  public RawResponse readResponse() throws IOException {
    return readResponse("GET");
  }

  /** Reads one response to that method, framed as RFC 9112 section 6.3 says. */
  public RawResponse readResponse(String method) throws IOException {
    begin();
    return new ResponseReader(this::readByte).read(method, () -> record.toByteArray());
  }

  /** Reads and drops what still comes, until the connection ends; says how it did. */
  public End awaitEnd() throws IOException {
    begin();
    try {
      while (readByte() >= 0) {
        // Dropped.
      }
      return End.EOF;
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (SocketException e) {
      return End.RESET;
    }
  }

  /** Whether nothing arrives and the connection stays open for that long. */
  public boolean silentFor(Duration time) throws IOException {
    if (position < filled) {
      return false;
    }
    socket.setSoTimeout((int) Math.max(1, time.toMillis()));
    try {
      fill();
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    }
  }

  /** Ends the client's direction: the server reads end of file. */
  public RawHttpClient halfClose() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Closes with a reset (SO_LINGER 0). */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private void begin() {
    record = new ByteArrayOutputStream();
    deadline = System.nanoTime() + limit.toNanos();
  }

  private int next() throws IOException {
    int b = readByte();
    if (b < 0) {
      throw new EOFException("the connection ended after " + shown());
    }
    return b;
  }

  private int readByte() throws IOException {
    if (position == filled && !fillInTime()) {
      return -1;
    }
    int b = buffer[position++] & 0xff;
    record.write(b);
    return b;
  }

  private boolean fillInTime() throws IOException {
    long millis = (deadline - System.nanoTime()) / 1_000_000;
    if (millis <= 0) {
      throw new SocketTimeoutException("time is up after " + shown());
    }
    socket.setSoTimeout((int) millis);
    try {
      return fill();
    } catch (SocketTimeoutException e) {
      SocketTimeoutException told = new SocketTimeoutException("time is up after " + shown());
      told.initCause(e);
      throw told;
    }
  }

  private boolean fill() throws IOException {
    int n = socket.getInputStream().read(buffer);
    position = 0;
    filled = Math.max(n, 0);
    return n > 0;
  }

  private String shown() {
    String text = record.toString(StandardCharsets.ISO_8859_1);
    String start = text.length() > 500 ? text.substring(0, 500) + "…" : text;
    return record.size() + " bytes: '" + start + "'";
  }
}
