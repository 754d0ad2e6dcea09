package org.sluice.ssi.internal.element;

import org.osgi.service.component.annotations.Component;
import org.sluice.api.http.FileFacts;
import org.sluice.ssi.api.SluiceSsiElement;
import org.sluice.ssi.api.SsiElement;
import org.sluice.ssi.internal.page.Page;

/** {@code fsize}: the size of a file. */
@Component(service = SsiElement.class)
@SluiceSsiElement("fsize")
public final class FsizeElement extends FileElement {
  @Override
  String text(Page page, FileFacts file) {
    return page.formatSize(file.size());
  }
}
