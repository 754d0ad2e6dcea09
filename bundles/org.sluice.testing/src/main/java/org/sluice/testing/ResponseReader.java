package org.sluice.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Cuts one response out of a connection (RFC 9112 sections 4, 6.3 and 7.1). */
final class ResponseReader {
  /** Gives the next byte, or -1 at the end. */
  interface Source {
    int next() throws IOException;
  }

  private final Source source;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  ResponseReader(Source source) {
    this.source = source;
  }

  RawResponse read(String method, Supplier<byte[]> raw) throws IOException {
    String[] start = line().split(" ", 3);
    if (start.length < 2 || !start[0].startsWith("HTTP/")) {
      throw new IOException("no status line: '" + String.join(" ", start) + "'");
    }
    int status = Integer.parseInt(start[1]);
    List<Map.Entry<String, String>> fields = fields();
    List<Map.Entry<String, String>> trailers = List.of();
    String length = value(fields, "Content-Length");
    String coding = value(fields, "Transfer-Encoding");
    if (status < 200 || status == 204 || status == 304 || method.equals("HEAD")) {
      // No content, whatever the fields say.
    } else if (coding != null && coding.toLowerCase(java.util.Locale.ROOT).endsWith("chunked")) {
      trailers = chunks();
    } else if (length != null && coding == null) {
      take(Long.parseLong(length.strip()));
    } else {
      takeAll();
    }
    String reason = start.length == 3 ? start[2] : "";
    return new RawResponse(
        start[0], status, reason, fields, body.toByteArray(), trailers, raw.get());
  }

  private List<Map.Entry<String, String>> fields() throws IOException {
    List<Map.Entry<String, String>> fields = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        throw new IOException("no field line: '" + line + "'");
      }
      fields.add(Map.entry(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
    return List.copyOf(fields);
  }

  private List<Map.Entry<String, String>> chunks() throws IOException {
    for (; ; ) {
      String line = line();
      int extension = line.indexOf(';');
      String digits = extension < 0 ? line : line.substring(0, extension);
      long size = Long.parseLong(digits.strip(), 16);
      if (size == 0) {
        return fields();
      }
      take(size);
      if (!line().isEmpty()) {
        throw new IOException("a chunk is longer than it says");
      }
    }
  }

  private void take(long count) throws IOException {
    for (long i = 0; i < count; i++) {
      body.write(next());
    }
  }

  private void takeAll() throws IOException {
    for (int b = source.next(); b >= 0; b = source.next()) {
      body.write(b);
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = next(); b != '\n'; b = next()) {
      line.write(b);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    if (!text.endsWith("\r")) {
      throw new IOException("a line ends without CR: '" + text + "'");
    }
    return text.substring(0, text.length() - 1);
  }

  private int next() throws IOException {
    int b = source.next();
    if (b < 0) {
      throw new EOFException("the connection ended inside a response");
    }
    return b;
  }

  private static String value(List<Map.Entry<String, String>> fields, String name) {
    String found = null;
    for (Map.Entry<String, String> field : fields) {
      if (field.getKey().equalsIgnoreCase(name)) {
        found = field.getValue();
      }
    }
    return found;
  }
}
