package org.sluice.itests;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An HTTP backend that reads strictly and remembers what it was asked: anything on a connection
 * that is no whole request counts as broken.
 */
final class TestBackend implements AutoCloseable {
  /** First bytes of a WebSocket answer for the key of RFC 6455 section 1.3. */
  private static final String SWITCH =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

  private final ServerSocket server;
  private final Thread acceptor;
  private final String name;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /** Request lines with the length of the body, in the order of their arrival. */
  final List<String> requests = new CopyOnWriteArrayList<>();

  /** What was no request. */
  final List<String> broken = new CopyOnWriteArrayList<>();

  final AtomicLong bodyBytes = new AtomicLong();

  /** Bytes of large answers that the kernel took. */
  final AtomicLong largeBytes = new AtomicLong();

  private TestBackend(String name, int port) throws IOException {
    this.name = name;
    server = new ServerSocket();
    server.setReuseAddress(true);
    server.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
    acceptor = new Thread(this::accept, "backend-" + name);
    acceptor.setDaemon(true);
    acceptor.start();
  }

  static TestBackend open(String name) throws IOException {
    return new TestBackend(name, Sockets.heldPort());
  }

  /** The same place again, after it was closed. */
  static TestBackend open(String name, int port) throws IOException {
    return new TestBackend(name, port);
  }

  int port() {
    return server.getLocalPort();
  }

  String url() {
    return "http://127.0.0.1:" + port() + "/";
  }

  private void accept() {
    while (true) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        Thread thread = new Thread(() -> serve(socket), "backend-" + name);
        thread.setDaemon(true);
        thread.start();
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
      OutputStream out = socket.getOutputStream();
      while (answer(in, out)) {
        // The next one.
      }
    } catch (IOException gone) {
      // The front has closed, or the test has.
    } finally {
      open.remove(socket);
    }
  }

  private boolean answer(InputStream in, OutputStream out) throws IOException {
    String head = head(in);
    if (head == null) {
      return false;
    }
    String[] lines = head.split("\r\n");
    String[] words = lines[0].split(" ");
    if (words.length != 3 || !words[2].equals("HTTP/1.1")) {
      broken.add(head);
      return false;
    }
    long length = body(in, lines);
    requests.add(lines[0] + " " + length);
    if (head.contains("Upgrade: websocket")) {
      out.write(SWITCH.getBytes(StandardCharsets.ISO_8859_1));
      in.transferTo(out);
      return false;
    }
    respond(out, words[0], words[1]);
    return true;
  }

  /** {@code /bytes/N} answers with N bytes, everything else with the name. */
  private void respond(OutputStream out, String method, String target) throws IOException {
    int at = target.indexOf("/bytes/");
    long count = at < 0 ? name.length() : Long.parseLong(target.substring(at + 7));
    String head = "HTTP/1.1 200 OK\r\nX-Backend: " + name + "\r\nContent-Length: " + count;
    byte[] start = (head + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    if (at < 0) {
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      whole.writeBytes(start);
      if (!method.equals("HEAD")) {
        whole.writeBytes(name.getBytes(StandardCharsets.ISO_8859_1));
      }
      out.write(whole.toByteArray());
      return;
    }
    out.write(start);
    byte[] piece = new byte[64 * 1024];
    for (long left = count; left > 0; left -= piece.length) {
      out.write(piece, 0, (int) Math.min(left, piece.length));
      largeBytes.addAndGet(piece.length);
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int state = 0;
    while (state < 4) {
      int b = in.read();
      if (b < 0) {
        return null;
      }
      out.write(b);
      state = b == (state % 2 == 0 ? '\r' : '\n') ? state + 1 : b == '\r' ? 1 : 0;
    }
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  private long body(InputStream in, String[] lines) throws IOException {
    long length = 0;
    for (String line : lines) {
      String lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = skip(in, Long.parseLong(line.substring(15).strip()));
      } else if (lower.equals("transfer-encoding: chunked")) {
        length = chunks(in);
      }
    }
    return length;
  }

  private long skip(InputStream in, long count) throws IOException {
    byte[] piece = new byte[64 * 1024];
    for (long left = count; left > 0; ) {
      int n = in.read(piece, 0, (int) Math.min(left, piece.length));
      if (n < 0) {
        throw new IOException("the request's body is short");
      }
      left -= n;
      bodyBytes.addAndGet(n);
    }
    return count;
  }

  private long chunks(InputStream in) throws IOException {
    long sum = 0;
    while (true) {
      long size = Long.parseLong(line(in), 16);
      sum += skip(in, size);
      if (size == 0) {
        while (!line(in).isEmpty()) {
          // Trailers.
        }
        return sum;
      }
      line(in);
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int b;
    while ((b = in.read()) != '\n') {
      if (b < 0) {
        throw new IOException("the request ends inside a line");
      }
      line.append((char) b);
    }
    return line.substring(0, line.length() - 1);
  }

  /**
   * As if the process had been killed: the port is closed, every connection is reset. A thread
   * inside accept(2) keeps the port open until it leaves.
   */
  @Override
  public void close() throws IOException {
    server.close();
    try {
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    for (Socket socket : open) {
      try {
        socket.setSoLinger(true, 0);
        socket.close();
      } catch (IOException e) {
        // It was closed meanwhile.
      }
    }
  }
}
