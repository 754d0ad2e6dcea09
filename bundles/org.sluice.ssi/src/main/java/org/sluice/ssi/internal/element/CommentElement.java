package org.sluice.ssi.internal.element;

import org.osgi.service.component.annotations.Component;
import org.sluice.ssi.api.SluiceSsiElement;
import org.sluice.ssi.api.SsiElement;
import org.sluice.ssi.internal.page.Page;

/** {@code comment}: nothing. The parser has skipped what stands in it. */
@Component(service = SsiElement.class)
@SluiceSsiElement("comment")
public final class CommentElement extends BuiltIn {
  @Override
  void render(Page page) {
    // That is all.
  }
}
