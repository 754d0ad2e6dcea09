package org.sluice.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.sluice.api.http.Body;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Request;

/** A request from memory; path and query are cut out of the target (RFC 9112 section 3.2). */
record MemoryRequest(
    String method,
    String target,
    String rawPath,
    String query,
    int minorVersion,
    Headers headers,
    Body body)
    implements Request {

  static MemoryRequest of(String method, String target, int minor, Headers headers, Body body) {
    int mark = target.indexOf('?');
    String path = mark < 0 ? target : target.substring(0, mark);
    int authority = path.indexOf("://");
    if (authority > 0) {
      int slash = path.indexOf('/', authority + 3);
      path = slash < 0 ? "/" : path.substring(slash);
    }
    String query = mark < 0 ? null : target.substring(mark + 1);
    return new MemoryRequest(method, target, path, query, minor, headers, body);
  }

  /** The same with the target that the client sent. */
  MemoryRequest as(String sent) {
    return new MemoryRequest(method, sent, rawPath, query, minorVersion, headers, body);
  }

  @Override
  public boolean isLineOfParts() {
    return !method.isEmpty();
  }

  /** The path decoded once, dot segments and empty segments removed. */
  static String decode(String rawPath) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < rawPath.length(); i++) {
      char c = rawPath.charAt(i);
      if (c == '%') {
        bytes.write(Integer.parseInt(rawPath, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.write(c);
      }
    }
    return normalise(bytes.toString(StandardCharsets.UTF_8));
  }

  private static String normalise(String path) {
    List<String> kept = new ArrayList<>();
    String[] segments = path.split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      String segment = segments[i];
      boolean last = i == segments.length - 1;
      if (segment.equals("..") && !kept.isEmpty()) {
        kept.remove(kept.size() - 1);
      }
      boolean dots = segment.equals(".") || segment.equals("..");
      if (!dots && !segment.isEmpty()) {
        kept.add(segment);
      }
      if (last && (dots || segment.isEmpty()) && !kept.isEmpty()) {
        kept.add("");
      }
    }
    return path.startsWith("/") ? "/" + String.join("/", kept) : path;
  }
}
