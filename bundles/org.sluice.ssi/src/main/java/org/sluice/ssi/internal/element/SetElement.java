package org.sluice.ssi.internal.element;

import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.sluice.ssi.api.SluiceSsiElement;
import org.sluice.ssi.api.SsiAttribute;
import org.sluice.ssi.api.SsiElement;
import org.sluice.ssi.api.SsiException;
import org.sluice.ssi.internal.page.Page;

/** {@code set}: gives variables values; {@code var} stands before its {@code value}. */
@Component(service = SsiElement.class)
@SluiceSsiElement("set")
public final class SetElement extends BuiltIn {
  @Override
  void render(Page page) throws SsiException {
    List<SsiAttribute> attributes = page.attributes();
    if (attributes.size() < 2) {
      throw page.error("set needs var= and value=");
    }
    String variable = null;
    String encoding = "none";
    String decoding = "none";
    for (int i = 0; i < attributes.size(); i++) {
      SsiAttribute attribute = attributes.get(i);
      if (attribute.raw() == null) {
        return;
      }
      switch (attribute.name()) {
        case "var" -> variable = page.expand(attribute.value());
        case "encoding" -> encoding = attribute.value();
        case "decoding" -> decoding = attribute.value();
        case "value" -> {
          if (variable == null) {
            throw page.error("var= must stand before value=");
          }
          String text = page.expand(attribute.raw());
          boolean client = page.expandedClientWords();
          page.variable(variable, Coders.apply(page, decoding, encoding, text), client);
        }
        default ->
            throw page.error(
                "unknown attribute "
                    + attribute.name()
                    + "; allowed are var, value, encoding, decoding");
      }
    }
  }
}
