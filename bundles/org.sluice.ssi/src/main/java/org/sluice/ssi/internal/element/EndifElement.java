package org.sluice.ssi.internal.element;

import org.osgi.service.component.annotations.Component;
import org.sluice.ssi.api.SluiceSsiElement;
import org.sluice.ssi.api.SsiElement;
import org.sluice.ssi.api.SsiException;
import org.sluice.ssi.internal.page.Conditions;
import org.sluice.ssi.internal.page.Page;

/** {@code endif}: ends a chain of branches. */
@Component(service = SsiElement.class)
@SluiceSsiElement("endif")
public final class EndifElement extends BuiltIn {
  @Override
  void render(Page page) throws SsiException {
    Conditions conditions = page.conditions();
    if (conditions.nestedInHidden()) {
      conditions.leaveHidden();
      return;
    }
    if (!page.attributes().isEmpty()) {
      throw page.error("endif takes no attributes");
    }
    conditions.end();
  }
}
