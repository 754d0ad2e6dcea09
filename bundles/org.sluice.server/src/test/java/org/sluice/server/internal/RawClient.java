package org.sluice.server.internal;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A client that sends exactly the bytes it is told, and reads them back as they are. */
final class RawClient implements AutoCloseable {
  final Socket socket;
  private final InputStream in;

  RawClient(InetSocketAddress address) throws IOException {
    socket = new Socket();
    socket.setReceiveBufferSize(64 * 1024);
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    socket.connect(address);
    in = new BufferedInputStream(socket.getInputStream());
  }

  RawClient send(String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  RawClient get(String path) throws IOException {
    return send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
  }

  /** One response. {@code head} says that no body follows whatever the head claims. */
  Answer read(boolean head) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      lines.add(line);
    }
    Answer answer = new Answer(Integer.parseInt(lines.get(0).substring(9, 12)), lines);
    if (head || answer.status < 200 || answer.status == 204 || answer.status == 304) {
      return answer;
    }
    if ("chunked".equals(answer.field("Transfer-Encoding"))) {
      chunks(answer);
    } else if (answer.field("Content-Length") != null) {
      answer.body = take(Integer.parseInt(answer.field("Content-Length")));
    } else {
      answer.body = rest();
    }
    return answer;
  }

  Answer read() throws IOException {
    return read(false);
  }

  private void chunks(Answer answer) throws IOException {
    StringBuilder body = new StringBuilder();
    for (int n = Integer.parseInt(line(), 16); n > 0; n = Integer.parseInt(line(), 16)) {
      body.append(take(n));
      if (!line().isEmpty()) {
        throw new IOException("no CRLF behind a chunk");
      }
    }
    for (String line = line(); !line.isEmpty(); line = line()) {
      answer.trailers.add(line);
    }
    answer.body = body.toString();
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("end of file in a line: " + line);
      }
      line.append((char) c);
    }
    if (line.length() == 0 || line.charAt(line.length() - 1) != '\r') {
      throw new IOException("a line without CR: " + line);
    }
    return line.substring(0, line.length() - 1);
  }

  String take(int n) throws IOException {
    byte[] bytes = in.readNBytes(n);
    if (bytes.length < n) {
      throw new EOFException("only " + bytes.length + " of " + n + " bytes");
    }
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** Everything until the end of file. */
  String rest() throws IOException {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    in.transferTo(rest);
    return rest.toString(StandardCharsets.ISO_8859_1);
  }

  /** How the connection ends: "eof" or "reset", with what came before. */
  String end() {
    StringBuilder got = new StringBuilder();
    try {
      for (int c = in.read(); c >= 0; c = in.read()) {
        got.append((char) c);
      }
      return got + "|eof";
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
      return got + (message.contains("reset") ? "|reset" : "|" + message);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** Closes with a reset. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** A response as it came. */
  static final class Answer {
    final int status;
    final List<String> head;
    final List<String> trailers = new ArrayList<>();
    String body = "";

    Answer(int status, List<String> head) {
      this.status = status;
      this.head = head;
    }

    String field(String name) {
      for (String line : head) {
        if (line.regionMatches(true, 0, name + ": ", 0, name.length() + 2)) {
          return line.substring(name.length() + 2);
        }
      }
      return null;
    }
  }
}
