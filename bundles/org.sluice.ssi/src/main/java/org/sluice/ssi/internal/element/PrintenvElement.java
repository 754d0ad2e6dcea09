package org.sluice.ssi.internal.element;

import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Component;
import org.sluice.ssi.api.SluiceSsiElement;
import org.sluice.ssi.api.SsiElement;
import org.sluice.ssi.api.SsiException;
import org.sluice.ssi.internal.page.Page;

/** {@code printenv}: every variable, where the route allows it; secrets only when asked for. */
@Component(service = SsiElement.class)
@SluiceSsiElement("printenv")
public final class PrintenvElement extends BuiltIn {
  private static final Set<String> SECRETS =
      Set.of("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_PROXY_AUTHORIZATION");

  @Override
  void render(Page page) throws SsiException {
    if (!page.attributes().isEmpty()) {
      throw page.error("printenv takes no attributes");
    }
    String mode = page.settings().printenv;
    if (mode.equals("off")) {
      throw page.error("printenv is switched off; ssi.printenv=on switches it on");
    }
    for (Map.Entry<String, String> variable : page.variables().entrySet()) {
      if (mode.equals("all") || !SECRETS.contains(variable.getKey())) {
        page.write(page.escape(variable.getKey()));
        page.write("=");
        page.write(page.escape(variable.getValue()));
        page.write("\n");
      }
    }
  }
}
