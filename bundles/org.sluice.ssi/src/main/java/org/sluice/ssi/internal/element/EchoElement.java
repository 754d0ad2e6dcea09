package org.sluice.ssi.internal.element;

import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.sluice.ssi.api.SluiceSsiElement;
import org.sluice.ssi.api.SsiAttribute;
import org.sluice.ssi.api.SsiElement;
import org.sluice.ssi.api.SsiException;
import org.sluice.ssi.internal.page.Page;

/** {@code echo}: values of variables, encoded as entities unless the page says otherwise. */
@Component(service = SsiElement.class)
@SluiceSsiElement("echo")
public final class EchoElement extends BuiltIn {
  @Override
  void render(Page page) throws SsiException {
    List<SsiAttribute> attributes = page.attributes();
    if (attributes.isEmpty()) {
      throw page.error("echo needs var=");
    }
    String encoding = "entity";
    String decoding = "none";
    for (int i = 0; i < attributes.size(); i++) {
      SsiAttribute attribute = attributes.get(i);
      if (attribute.value() == null) {
        return;
      }
      switch (attribute.name()) {
        case "var" -> echo(page, page.expand(attribute.value()), decoding, encoding);
        case "encoding" -> encoding = attribute.value();
        case "decoding" -> decoding = attribute.value();
        default ->
            throw page.error(
                "unknown attribute " + attribute.name() + "; allowed are var, encoding, decoding");
      }
    }
  }

  private static void echo(Page page, String name, String decoding, String encoding)
      throws SsiException {
    String value = page.variable(name);
    page.write(
        value == null ? page.undefinedText() : Coders.apply(page, decoding, encoding, value));
  }
}
