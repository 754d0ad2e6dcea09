package org.sluice.ssi.internal.parse;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Decodes character entities in attribute values: {@code lt gt amp quot}, the letters of Latin-1 by
 * name, and some {@code &#N;}. A named letter becomes the bytes of the document's encoding.
 */
public final class Entities {
  /** For documents in UTF-8. */
  public static final Entities UTF_8 = new Entities(StandardCharsets.UTF_8);

  private static final String NAMES =
      "lt 60 gt 62 amp 38 quot 34 "
          + "Agrave 192 Aacute 193 Acirc 194 Atilde 195 Auml 196 Aring 197 AElig 198 Ccedil 199 "
          + "Egrave 200 Eacute 201 Ecirc 202 Euml 203 Igrave 204 Iacute 205 Icirc 206 Iuml 207 "
          + "ETH 208 Ntilde 209 Ograve 210 Oacute 211 Ocirc 212 Otilde 213 Ouml 214 Oslash 216 "
          + "Ugrave 217 Uacute 218 Ucirc 219 Uuml 220 Yacute 221 THORN 222 szlig 223 "
          + "agrave 224 aacute 225 acirc 226 atilde 227 auml 228 aring 229 aelig 230 ccedil 231 "
          + "egrave 232 eacute 233 ecirc 234 euml 235 igrave 236 iacute 237 icirc 238 iuml 239 "
          + "eth 240 ntilde 241 ograve 242 oacute 243 ocirc 244 otilde 245 ouml 246 oslash 248 "
          + "ugrave 249 uacute 250 ucirc 251 uuml 252 yacute 253 thorn 254 yuml 255";

  private final Map<String, String> named = new HashMap<>();

  /** For documents in that encoding. */
  public Entities(Charset charset) {
    String[] words = NAMES.split(" ");
    for (int i = 0; i < words.length; i += 2) {
      String letter = Character.toString(Integer.parseInt(words[i + 1]));
      named.put(words[i], new String(letter.getBytes(charset), StandardCharsets.ISO_8859_1));
    }
  }

  /** The entities of a document in that encoding. */
  public static Entities of(Charset charset) {
    return charset.equals(StandardCharsets.UTF_8) ? UTF_8 : new Entities(charset);
  }

  /** The text with entities replaced; null for null. */
  public String decode(String text) {
    int at = text == null ? -1 : text.indexOf('&');
    if (at < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    int from = 0;
    while (at >= 0) {
      int semicolon = entityEnd(text, at + 1);
      if (semicolon < 0) {
        at = text.indexOf('&', at + 1);
        continue;
      }
      String value = value(text, at + 1, semicolon);
      if (value != null) {
        out.append(text, from, at).append(value);
        from = semicolon + 1;
      }
      at = text.indexOf('&', value != null ? from : at + 1);
    }
    return out.append(text, from, text.length()).toString();
  }

  /** The semicolon, if nothing but what may stand in an entity is before it; else -1. */
  private static int entityEnd(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ';') {
        return i;
      }
      if (c == '&') {
        return -1;
      }
    }
    return -1;
  }

  /** Null leaves the text as it is. */
  private String value(String text, int from, int to) {
    if (from == to || text.charAt(from) != '#') {
      return named.get(text.substring(from, to));
    }
    int number = 0;
    for (int i = from + 1; i < to; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9' || number > 255) {
        return "";
      }
      number = number * 10 + c - '0';
    }
    boolean allowed =
        number == 9
            || number == 10
            || (number >= 32 && number <= 126)
            || (number >= 161 && number <= 255);
    return allowed ? Character.toString((char) number) : "";
  }
}
