package org.sluice.ssi.internal.element;

import org.osgi.service.component.annotations.Component;
import org.sluice.ssi.api.SluiceSsiElement;
import org.sluice.ssi.api.SsiElement;
import org.sluice.ssi.api.SsiException;
import org.sluice.ssi.internal.page.Conditions;
import org.sluice.ssi.internal.page.Page;

/** {@code elif}: another branch, if none was taken; its expression is not looked at otherwise. */
@Component(service = SsiElement.class)
@SluiceSsiElement("elif")
public final class ElifElement extends BuiltIn {
  @Override
  void render(Page page) throws SsiException {
    Conditions conditions = page.conditions();
    if (conditions.nestedInHidden() || conditions.failed()) {
      return;
    }
    if (page.attributes().size() == 1 && conditions.taken()) {
      conditions.hide();
      return;
    }
    Condition.branch(page);
  }
}
