package org.sluice.ssi.internal.element;

import org.sluice.ssi.api.SsiContext;
import org.sluice.ssi.api.SsiElement;
import org.sluice.ssi.api.SsiException;
import org.sluice.ssi.internal.page.Page;

/** An element of this bundle: it may look behind the contract, and is found once per page. */
public abstract class BuiltIn implements SsiElement {
  @Override
  public final void render(SsiContext page) throws SsiException {
    if (!(page instanceof Page ours)) {
      throw new SsiException("this element needs a page of its own bundle");
    }
    render(ours);
  }

  /** Renders, as {@link SsiElement#render}. */
  abstract void render(Page page) throws SsiException;
}
