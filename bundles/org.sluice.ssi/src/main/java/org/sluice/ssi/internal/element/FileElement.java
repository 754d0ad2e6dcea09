package org.sluice.ssi.internal.element;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.sluice.api.http.FileFacts;
import org.sluice.ssi.api.SsiAttribute;
import org.sluice.ssi.api.SsiException;
import org.sluice.ssi.internal.page.Page;

/** What {@code fsize} and {@code flastmod} have in common: a file is looked up, never run. */
abstract class FileElement extends BuiltIn {
  @Override
  void render(Page page) throws SsiException {
    if (page.attributes().isEmpty()) {
      throw page.error(page.element() + " needs file= or virtual=");
    }
    next(page, page.attributes(), 0);
  }

  private void next(Page page, List<SsiAttribute> attributes, int at) throws SsiException {
    if (at == attributes.size() || attributes.get(at).value() == null) {
      return;
    }
    SsiAttribute attribute = attributes.get(at);
    String target =
        switch (attribute.name()) {
          case "file" -> Targets.file(page, attribute);
          case "virtual" -> Targets.virtual(page, attribute);
          default ->
              throw page.error(
                  "unknown attribute " + attribute.name() + "; allowed are file, virtual");
        };
    CompletableFuture<FileFacts> facts = page.facts(target);
    page.await(
        facts,
        file -> {
          page.write(text(page, file));
          next(page, attributes, at + 1);
        });
  }

  abstract String text(Page page, FileFacts file);
}
