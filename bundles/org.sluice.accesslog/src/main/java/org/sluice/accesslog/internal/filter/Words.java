package org.sluice.accesslog.internal.filter;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.sluice.accesslog.internal.item.Variables;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Headers;
import org.sluice.api.http.SentHead;
import org.sluice.log.api.LogEntry;

/**
 * Words of expressions: quoted texts, digits, {@code %{NAME}}, {@code %{func:arg}}, {@code
 * func(word)}, joined by dots.
 */
final class Words {
  private final Tokens in;

  Words(Tokens in) {
    this.in = in;
  }

  /** A text that does not depend on the exchange. */
  record Constant(String text) implements Word {
    @Override
    public String of(LogEntry entry) {
      return text;
    }
  }

  /** The text of a word that must be a constant. */
  static String constant(Word word, Tokens in) {
    if (word instanceof Constant known) {
      return known.text();
    }
    throw in.error("a fixed text is expected");
  }

  /** A number at the start of a text; anything else is 0. */
  static long number(String text) {
    int end = text.startsWith("-") ? 1 : 0;
    int start = end;
    while (end < text.length() && end - start < 18 && Character.isDigit(text.charAt(end))) {
      end++;
    }
    return end == start ? 0 : Long.parseLong(text.substring(0, end));
  }

  /** The next word. */
  Word word() {
    List<Word> parts = new ArrayList<>();
    do {
      parts.add(single());
    } while (in.take("."));
    return join(parts);
  }

  private static Word join(List<Word> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    if (parts.isEmpty()) {
      return new Constant("");
    }
    return entry -> {
      StringBuilder text = new StringBuilder();
      parts.forEach(part -> text.append(part.of(entry)));
      return text.toString();
    };
  }

  private Word single() {
    char c = in.peek();
    if (c == '\'' || c == '"') {
      in.next();
      return quoted(c);
    }
    if (in.take("%{")) {
      return braced(in.upTo('}'));
    }
    String name = in.name();
    if (name.isEmpty()) {
      throw in.error("a quoted text, a number, %{NAME} or a function is expected");
    }
    if (name.chars().allMatch(d -> d >= '0' && d <= '9')) {
      return new Constant(name);
    }
    if (!in.take("(")) {
      throw in.error(
          "'"
              + name
              + "' is nothing: a text stands in quotes, a variable is %{"
              + name
              + "}, a function has brackets;");
    }
    Word argument = word();
    in.expect(")");
    return function(name, argument);
  }

  private Word quoted(char quote) {
    List<Word> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    char c = in.next();
    while (c != quote) {
      if (c == '%' && in.take("{")) {
        parts.add(new Constant(literal.toString()));
        literal.setLength(0);
        parts.add(braced(in.upTo('}')));
      } else {
        literal.append(c == '\\' ? escaped(in.next()) : c);
      }
      c = in.next();
    }
    if (literal.length() > 0 || parts.isEmpty()) {
      parts.add(new Constant(literal.toString()));
    }
    return join(parts);
  }

  private static char escaped(char c) {
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'b' -> '\b';
      case 'f' -> '\f';
      default -> c;
    };
  }

  private Word braced(String inner) {
    int colon = inner.indexOf(':');
    if (colon > 0) {
      return function(inner.substring(0, colon), new Constant(inner.substring(colon + 1)));
    }
    Word known = Named.find(inner);
    if (known == null) {
      throw in.error("there is no variable %{" + inner + "}");
    }
    return known;
  }

  private Word function(String name, Word argument) {
    return switch (name) {
      case "v", "env", "reqenv", "note" ->
          entry -> text(Variables.of(entry.first(), entry.exchange(), argument.of(entry)));
      case "req", "http", "req_novary" ->
          entry -> field(entry.first().request().headers(), argument.of(entry));
      case "resp" -> entry -> response(entry.first(), argument.of(entry));
      case "tolower" -> entry -> argument.of(entry).toLowerCase(Locale.ROOT);
      case "toupper" -> entry -> argument.of(entry).toUpperCase(Locale.ROOT);
      case "escape" -> entry -> Escapes.escape(argument.of(entry));
      case "unescape" -> entry -> Escapes.unescape(argument.of(entry));
      case "base64" -> entry -> Base64.getEncoder().encodeToString(bytes(argument.of(entry)));
      case "unbase64" -> entry -> unbase64(argument.of(entry));
      case "md5" -> entry -> digest("MD5", argument.of(entry));
      case "sha1" -> entry -> digest("SHA-1", argument.of(entry));
      default ->
          throw in.error(
              "the function "
                  + name
                  + " is not known; allowed are env, note, req, resp, tolower, toupper, escape,"
                  + " unescape, base64, unbase64, md5 and sha1");
    };
  }

  static String text(Object value) {
    return value == null ? "" : value.toString();
  }

  static String field(Headers headers, String name) {
    List<String> all = headers.all(name);
    return all.size() == 1 ? all.get(0) : String.join(", ", all);
  }

  private static String response(Exchange exchange, String name) {
    SentHead sent = exchange.sent();
    return sent == null ? "" : field(sent.headers(), name);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String unbase64(String text) {
    try {
      return new String(Base64.getDecoder().decode(text), StandardCharsets.ISO_8859_1);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static String digest(String algorithm, String text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes(text)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
