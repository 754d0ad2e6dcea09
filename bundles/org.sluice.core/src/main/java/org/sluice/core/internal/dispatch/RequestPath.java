package org.sluice.core.internal.dispatch;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.sluice.api.http.HandlerException;

/**
 * Decodes a request path once and normalises it (RFC 3986 sections 2.1, 5.2.4, 6.2.2): percent
 * signs are decoded, dot segments removed, runs of slashes merged. Everything behind it sees only
 * the result (T4). The ordinary path needs none of that and is returned as it is.
 */
public final class RequestPath {
  private RequestPath() {}

  /**
   * The decoded path.
   *
   * @throws HandlerException 400 for broken escapes, control bytes, text that is not UTF-8 and
   *     paths above the root; 404 for an encoded slash, as httpd
   */
  public static String decode(String raw) throws HandlerException {
    if (raw.isEmpty() || raw.charAt(0) != '/') {
      if (raw.equals("*")) {
        return raw;
      }
      throw bad("does not begin with a slash");
    }
    return isPlain(raw) ? raw : normalise(unescape(raw));
  }

  /** The raw path without {@code ;…} in its segments, as servlet containers read it. */
  public static String withoutParameters(String raw) {
    StringBuilder out = new StringBuilder(raw.length());
    boolean inside = false;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      inside = c == ';' || (inside && c != '/');
      if (!inside) {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static boolean isPlain(String raw) {
    char previous = 0;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%' || c <= ' ' || c >= 0x7f || (previous == '/' && (c == '/' || c == '.'))) {
        return false;
      }
      previous = c;
    }
    return true;
  }

  private static String unescape(String raw) throws HandlerException {
    byte[] bytes = new byte[raw.length()];
    int n = 0;
    for (int i = 0; i < raw.length(); i++) {
      int b = raw.charAt(i);
      if (b == '%') {
        b = i + 2 < raw.length() ? hex(raw.charAt(i + 1)) << 4 | hex(raw.charAt(i + 2)) : -1;
        i += 2;
        if (b < 0) {
          throw bad("holds a percent sign without two hexadecimal digits");
        }
        if (b == '/') {
          throw new HandlerException(404, "encoded-slash", "the path holds an encoded slash");
        }
      }
      if (b < ' ' || b == 0x7f) {
        throw bad("holds a control byte");
      }
      bytes[n++] = (byte) b;
    }
    try {
      CharBuffer text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes, 0, n));
      return text.toString();
    } catch (CharacterCodingException e) {
      throw bad("is not UTF-8");
    }
  }

  /** -1 in every bit for what is no digit, so that either half spoils the byte. */
  private static int hex(char c) {
    return Character.digit(c, 16) >= 0 && c < 0x80 ? Character.digit(c, 16) : -1;
  }

  private static String normalise(String path) throws HandlerException {
    StringBuilder out = new StringBuilder(path.length());
    int i = 0;
    while (i < path.length()) {
      int end = path.indexOf('/', i + 1);
      if (end < 0) {
        end = path.length();
      }
      // The segment is [i, end) with its leading slash.
      int length = end - i - 1;
      boolean last = end == path.length();
      if (length == 0 && !last) {
        i = end;
        continue;
      }
      if (length == 1 && path.charAt(i + 1) == '.') {
        out.append(last ? "/" : "");
      } else if (length == 2 && path.charAt(i + 1) == '.' && path.charAt(i + 2) == '.') {
        int up = out.lastIndexOf("/");
        if (up < 0) {
          throw bad("leads above the root");
        }
        out.setLength(up);
        out.append(last ? "/" : "");
      } else {
        out.append(path, i, end);
      }
      i = end;
    }
    return out.length() == 0 ? "/" : out.toString();
  }

  private static HandlerException bad(String what) {
    return new HandlerException(400, "bad-path", "the path of the request " + what);
  }
}
