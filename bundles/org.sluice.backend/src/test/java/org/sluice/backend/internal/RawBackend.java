package org.sluice.backend.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A backend that does exactly what a test says, and remembers every request head it got. Its port
 * is nobody else's for the rest of the JVM, unless it is opened again on purpose: no stranger
 * answers where a backend has gone, and no two backends of a front share an account.
 */
final class RawBackend implements AutoCloseable {
  /** Bound and never listening: connections are refused, and the port is not given out again. */
  private static final List<Socket> PORTS = new CopyOnWriteArrayList<>();

  /** What to do with one connection. */
  interface Script {
    void run(Peer peer) throws IOException, InterruptedException;
  }

  private final ServerSocket server;
  private final Thread acceptor = new Thread(this::accept, "backend");
  private final Script script;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  final List<String> requests = new CopyOnWriteArrayList<>();
  final AtomicInteger connections = new AtomicInteger();

  RawBackend(Script script) throws IOException {
    this(script, 0);
  }

  RawBackend(Script script, int port) throws IOException {
    this.script = script;
    int own = port == 0 ? reserve() : port;
    this.server = new ServerSocket(own, 100, InetAddress.getLoopbackAddress());
    acceptor.setDaemon(true);
    acceptor.start();
  }

  private static int reserve() throws IOException {
    Socket holder = new Socket();
    holder.setReuseAddress(true);
    holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    PORTS.add(holder);
    return holder.getLocalPort();
  }

  /** Answers every request with that text, in turn and on the same connection. */
  static RawBackend always(String response) throws IOException {
    return new RawBackend(
        peer -> {
          while (peer.request() != null) {
            peer.send(response);
          }
        });
  }

  int port() {
    return server.getLocalPort();
  }

  String url() {
    return "http://127.0.0.1:" + port() + "/";
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        connections.incrementAndGet();
        sockets.add(socket);
        Thread thread = new Thread(() -> serve(socket), "backend-connection");
        thread.setDaemon(true);
        thread.start();
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      script.run(new Peer(socket));
    } catch (IOException | InterruptedException gone) {
      // What the front does about it is what the test looks at.
    }
  }

  /** Returns when nobody listens: a thread inside accept(2) keeps the port open until it leaves. */
  @Override
  public void close() throws IOException {
    server.close();
    try {
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    for (Socket socket : sockets) {
      if (!socket.isClosed()) {
        socket.close();
      }
    }
  }

  /** One connection. */
  final class Peer {
    final Socket socket;
    private final InputStream in;

    Peer(Socket socket) throws IOException {
      this.socket = socket;
      this.in = socket.getInputStream();
    }

    /** Reads a head and, by its Content-Length, a body; null at the end. */
    String request() throws IOException {
      String head = head();
      if (head == null) {
        return null;
      }
      int length = 0;
      for (String line : head.split("\r\n")) {
        if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
          length = Integer.parseInt(line.substring(15).strip());
        }
      }
      byte[] body = in.readNBytes(length);
      if (head.contains("Transfer-Encoding: chunked")) {
        body = chunks();
      }
      String whole = head + new String(body, StandardCharsets.ISO_8859_1);
      requests.add(whole);
      return whole;
    }

    /** Reads a head, blank line included. */
    String head() throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      String text = "";
      while (!text.endsWith("\r\n\r\n")) {
        int b;
        try {
          b = in.read();
        } catch (SocketException reset) {
          return null;
        }
        if (b < 0) {
          return null;
        }
        out.write(b);
        text = b == '\n' ? out.toString(StandardCharsets.ISO_8859_1) : "";
      }
      return text;
    }

    private byte[] chunks() throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      while (true) {
        String line = line();
        out.writeBytes((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        int size = Integer.parseInt(line, 16);
        if (size == 0) {
          while (!line.isEmpty()) {
            line = line();
            out.writeBytes((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
          }
          return out.toByteArray();
        }
        out.writeBytes(in.readNBytes(size + 2));
      }
    }

    String line() throws IOException {
      StringBuilder line = new StringBuilder();
      int b;
      while ((b = in.read()) >= 0 && b != '\n') {
        line.append((char) b);
      }
      return line.toString().stripTrailing();
    }

    InputStream in() {
      return in;
    }

    Peer send(String text) throws IOException {
      return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Peer send(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      return this;
    }

    /** Keeps the connection open until the front ends it. */
    void hold() throws IOException {
      while (in.read() >= 0) {
        // Dropped.
      }
    }

    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }
}
