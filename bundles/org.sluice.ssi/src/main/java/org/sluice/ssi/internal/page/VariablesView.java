package org.sluice.ssi.internal.page;

import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;

/**
 * The variables of a page for a program that it runs, copied when they are first looked at: most
 * subrequests are for files, which never do.
 */
final class VariablesView extends AbstractMap<String, String> {
  private final Page page;
  private Map<String, String> copy;

  VariablesView(Page page) {
    this.page = page;
  }

  @Override
  public synchronized Set<Entry<String, String>> entrySet() {
    if (copy == null) {
      copy = Map.copyOf(page.variables());
    }
    return copy.entrySet();
  }
}
