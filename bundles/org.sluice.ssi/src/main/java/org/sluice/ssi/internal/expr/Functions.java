package org.sluice.ssi.internal.expr;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import org.sluice.ssi.internal.expr.Expr.Word;
import org.sluice.ssi.internal.text.Codings;

/** Functions of the modern grammar. None of them opens a file. */
final class Functions {
  private Functions() {}

  static Word of(String name, Word argument) throws ExprException {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "v", "reqenv" -> scope -> orEmpty(scope.variable(argument.text(scope)));
      case "env" -> scope -> environment(scope, argument.text(scope));
      case "osenv" -> scope -> scope.process(argument.text(scope));
      case "req", "http", "req_novary" -> scope -> scope.request(argument.text(scope));
      case "resp" -> scope -> scope.response(argument.text(scope));
      case "note" -> scope -> scope.note(argument.text(scope));
      case "tolower" -> scope -> changed(argument.text(scope), 'A', 'Z', 32);
      case "toupper" -> scope -> changed(argument.text(scope), 'a', 'z', -32);
      case "escape" -> scope -> Codings.url(argument.text(scope));
      case "unescape" -> scope -> Codings.unpercent(argument.text(scope), false);
      case "base64" -> scope -> Codings.encode("base64", argument.text(scope));
      case "unbase64" -> scope -> unbase64(argument.text(scope));
      case "md5" -> scope -> digest("MD5", argument.text(scope));
      case "sha1" -> scope -> digest("SHA-1", argument.text(scope));
      case "ldap" -> scope -> ldap(argument.text(scope));
      case "file", "filesize" -> throw new ExprException(name + "() is not available in a page");
      default -> throw new ExprException("there is no function " + name + "()");
    };
  }

  private static String orEmpty(String text) {
    return text == null ? "" : text;
  }

  private static String environment(Scope scope, String name) {
    String note = scope.note(name);
    return note.isEmpty() ? orEmpty(scope.variable(name)) : note;
  }

  /** Letters of ASCII only: the other bytes are in an unknown encoding. */
  private static String changed(String text, char from, char to, int shift) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(c >= from && c <= to ? (char) (c + shift) : c);
    }
    return out.toString();
  }

  private static String unbase64(String text) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1));
      return Codings.latin(bytes);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static String digest(String algorithm, String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      return HexFormat.of().formatHex(digest.digest(Codings.bytes(text)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** RFC 4515 section 3: characters that mean something in a filter. */
  private static String ldap(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ("*()\\".indexOf(c) >= 0 || c == 0) {
        out.append('\\').append(HexFormat.of().toHexDigits((byte) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
