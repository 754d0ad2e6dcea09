package org.sluice.ssi.internal.element;

import org.osgi.service.component.annotations.Component;
import org.sluice.ssi.api.SluiceSsiElement;
import org.sluice.ssi.api.SsiAttribute;
import org.sluice.ssi.api.SsiElement;
import org.sluice.ssi.api.SsiException;
import org.sluice.ssi.internal.page.Page;

/**
 * {@code config}: error text, undefined text, time and size format for the rest of the document.
 */
@Component(service = SsiElement.class)
@SluiceSsiElement("config")
public final class ConfigElement extends BuiltIn {
  @Override
  void render(Page page) throws SsiException {
    if (page.attributes().isEmpty()) {
      throw page.error("config needs errmsg, echomsg, timefmt or sizefmt");
    }
    for (SsiAttribute attribute : page.attributes()) {
      if (attribute.raw() == null) {
        return;
      }
      set(page, attribute.name(), page.expand(attribute.raw()));
    }
  }

  private static void set(Page page, String name, String value) throws SsiException {
    switch (name) {
      case "errmsg" -> page.errorText(value);
      case "echomsg" -> page.undefinedText(value);
      case "timefmt" -> page.timeFormat(value);
      case "sizefmt" -> {
        if (!value.equals("bytes") && !value.equals("abbrev")) {
          throw page.error("sizefmt=\"" + value + "\": allowed are bytes and abbrev");
        }
        page.sizesInBytes(value.equals("bytes"));
      }
      default ->
          throw page.error(
              "unknown attribute " + name + "; allowed are errmsg, echomsg, timefmt, sizefmt");
    }
  }
}
