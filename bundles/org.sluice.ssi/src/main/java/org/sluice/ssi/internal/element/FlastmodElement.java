package org.sluice.ssi.internal.element;

import org.osgi.service.component.annotations.Component;
import org.sluice.api.http.FileFacts;
import org.sluice.ssi.api.SluiceSsiElement;
import org.sluice.ssi.api.SsiElement;
import org.sluice.ssi.internal.page.Page;

/** {@code flastmod}: when a file was last modified. */
@Component(service = SsiElement.class)
@SluiceSsiElement("flastmod")
public final class FlastmodElement extends FileElement {
  @Override
  String text(Page page, FileFacts file) {
    return page.formatTime(file.modified());
  }
}
