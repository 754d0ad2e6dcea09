package org.sluice.ssi.internal.element;

import java.util.StringTokenizer;
import org.sluice.ssi.api.SsiException;
import org.sluice.ssi.internal.page.Page;
import org.sluice.ssi.internal.text.Codings;

/** Lists of codings, {@code encoding="url,entity"}: applied from left to right, decodings first. */
final class Coders {
  private static final String ALLOWED = "; allowed are none, url, urlencoded, entity, base64";

  private Coders() {}

  static String apply(Page page, String decoding, String encoding, String value)
      throws SsiException {
    String text = value;
    if (!decoding.equals("none")) {
      for (StringTokenizer names = new StringTokenizer(decoding, ", \t"); names.hasMoreTokens(); ) {
        String name = names.nextToken();
        text = known(page, "decoding", name, Codings.decode(name, text, page.entities()));
      }
    }
    if (encoding.equals("entity")) {
      return Codings.entity(text);
    }
    for (StringTokenizer names = new StringTokenizer(encoding, ", \t"); names.hasMoreTokens(); ) {
      String name = names.nextToken();
      text = known(page, "encoding", name, Codings.encode(name, text));
    }
    return text;
  }

  private static String known(Page page, String attribute, String name, String text)
      throws SsiException {
    if (text == null) {
      throw page.error(attribute + "=\"" + name + "\"" + ALLOWED);
    }
    return text;
  }
}
