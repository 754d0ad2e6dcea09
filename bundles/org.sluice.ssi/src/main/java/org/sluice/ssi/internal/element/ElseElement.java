package org.sluice.ssi.internal.element;

import org.osgi.service.component.annotations.Component;
import org.sluice.ssi.api.SluiceSsiElement;
import org.sluice.ssi.api.SsiElement;
import org.sluice.ssi.api.SsiException;
import org.sluice.ssi.internal.page.Conditions;
import org.sluice.ssi.internal.page.Page;

/** {@code else}: the branch that is left. */
@Component(service = SsiElement.class)
@SluiceSsiElement("else")
public final class ElseElement extends BuiltIn {
  @Override
  void render(Page page) throws SsiException {
    Conditions conditions = page.conditions();
    if (conditions.nestedInHidden()) {
      return;
    }
    if (!page.attributes().isEmpty()) {
      if (conditions.visible()) {
        throw page.error("else takes no attributes");
      }
      page.warn("else takes no attributes");
      return;
    }
    if (conditions.failed()) {
      return;
    }
    if (conditions.taken()) {
      conditions.hide();
    } else {
      conditions.branch(true);
    }
  }
}
