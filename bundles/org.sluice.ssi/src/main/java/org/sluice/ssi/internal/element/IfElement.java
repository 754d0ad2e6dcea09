package org.sluice.ssi.internal.element;

import org.osgi.service.component.annotations.Component;
import org.sluice.ssi.api.SluiceSsiElement;
import org.sluice.ssi.api.SsiElement;
import org.sluice.ssi.api.SsiException;
import org.sluice.ssi.internal.page.Page;

/** {@code if}: begins a chain of branches. */
@Component(service = SsiElement.class)
@SluiceSsiElement("if")
public final class IfElement extends BuiltIn {
  @Override
  void render(Page page) throws SsiException {
    if (!page.conditions().visible()) {
      page.conditions().enterHidden();
      return;
    }
    Condition.branch(page);
  }
}
