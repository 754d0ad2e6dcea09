package org.sluice.ssi.internal.element;

import org.osgi.service.component.annotations.Component;
import org.sluice.ssi.api.SluiceSsiElement;
import org.sluice.ssi.api.SsiElement;
import org.sluice.ssi.api.SsiException;
import org.sluice.ssi.internal.page.Page;

/** {@code include}: other documents at this place, and {@code onerror} for when one fails. */
@Component(service = SsiElement.class)
@SluiceSsiElement("include")
public final class IncludeElement extends BuiltIn {
  @Override
  void render(Page page) throws SsiException {
    if (page.attributes().isEmpty()) {
      throw page.error("include needs virtual= or file=");
    }
    new Inclusion(page).next();
  }
}
