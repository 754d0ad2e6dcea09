package org.sluice.itests;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * A backend that keeps every byte it is sent and reads it by the letter of RFC 9112: what is no
 * whole request is kept apart, as broken when it can be none and as cut when its end is missing.
 */
final class RecordingBackend implements AutoCloseable {
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.ISO_8859_1);
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final Pattern LINE = Pattern.compile(TOKEN + " [/*][\\x21-\\x7e]* HTTP/1\\.1");
  private static final Pattern FIELD =
      Pattern.compile(TOKEN + ": (|[\\x21-\\x7e\\x80-\\xff][\\t -~\\x80-\\xff]*)");

  private final ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  /** Whole requests in the order of their end: the head as it came, then the content. */
  final List<String> requests = new CopyOnWriteArrayList<>();

  /** What can be no request. */
  final List<String> broken = new CopyOnWriteArrayList<>();

  /** Requests whose end never came. */
  final List<String> cut = new CopyOnWriteArrayList<>();

  /** Bytes of content so far, of whole requests and others. */
  final AtomicLong content = new AtomicLong();

  RecordingBackend() throws IOException {
    daemon(this::accept);
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "recorder");
    thread.setDaemon(true);
    thread.start();
  }

  String authority() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  String url() {
    return "http://" + authority() + "/";
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        sockets.add(socket);
        daemon(() -> serve(socket));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      Wire wire = new Wire(socket);
      while (wire.request()) {
        socket.getOutputStream().write(ANSWER);
      }
    } catch (IOException gone) {
      // The front may close whenever it likes.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  /** One connection. */
  private final class Wire {
    private final Socket socket;
    private final InputStream in;
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

    Wire(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** Reads one request and keeps it; false when there is none. */
    boolean request() {
      seen.reset();
      try {
        String head = head();
        String content = content(head);
        requests.add(head + content);
        return true;
      } catch (IllegalArgumentException e) {
        broken.add(e.getMessage() + ": " + seen.toString(StandardCharsets.ISO_8859_1));
      } catch (IOException e) {
        if (seen.size() > 0) {
          cut.add(seen.toString(StandardCharsets.ISO_8859_1));
        }
      }
      return false;
    }

    private int read() throws IOException {
      int b = in.read();
      if (b < 0) {
        throw new IOException("the end");
      }
      seen.write(b);
      return b;
    }

    /** A line without its CRLF; neither stands anywhere else. */
    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int b = read(); b != '\r'; b = read()) {
        require(b != '\n', "LF without CR");
        line.append((char) b);
      }
      require(read() == '\n', "CR without LF");
      return line.toString();
    }

    private String head() throws IOException {
      String first = line();
      require(LINE.matcher(first).matches(), "no request line");
      StringBuilder head = new StringBuilder(first).append("\r\n");
      int framings = 0;
      int hosts = 0;
      for (String line = line(); !line.isEmpty(); line = line()) {
        require(FIELD.matcher(line).matches(), "no field");
        framings += line.matches("(?i)(content-length|transfer-encoding): .*") ? 1 : 0;
        hosts += line.matches("(?i)host: .*") ? 1 : 0;
        head.append(line).append("\r\n");
      }
      require(framings < 2, "two framings");
      require(hosts == 1, hosts + " fields Host");
      return head.append("\r\n").toString();
    }

    private String content(String head) throws IOException {
      if (head.contains("\r\nExpect: 100-continue\r\n")) {
        socket.getOutputStream().write(CONTINUE);
      }
      if (head.contains("\r\nTransfer-Encoding: chunked\r\n")) {
        return chunks();
      }
      int at = head.indexOf("\r\nContent-Length: ");
      if (at < 0) {
        return "";
      }
      String number = head.substring(at + 18, head.indexOf("\r\n", at + 18));
      require(number.matches("[0-9]+"), "no length");
      return take(Integer.parseInt(number));
    }

    private String take(int count) throws IOException {
      StringBuilder taken = new StringBuilder();
      for (int i = 0; i < count; i++) {
        taken.append((char) read());
        content.incrementAndGet();
      }
      return taken.toString();
    }

    /** The data of the chunks in one piece, then the trailers; where chunks end means nothing. */
    private String chunks() throws IOException {
      StringBuilder content = new StringBuilder();
      while (true) {
        String size = line();
        require(size.matches("[0-9a-f]{1,8}"), "no chunk size");
        int count = Integer.parseInt(size, 16);
        content.append(take(count));
        if (count == 0) {
          break;
        }
        require(line().isEmpty(), "no line end behind a chunk");
      }
      for (String line = line(); !line.isEmpty(); line = line()) {
        require(FIELD.matcher(line).matches(), "no trailer");
        content.append("\r\n").append(line);
      }
      return content.toString();
    }

    private void require(boolean good, String problem) {
      if (!good) {
        throw new IllegalArgumentException(problem);
      }
    }
  }
}
