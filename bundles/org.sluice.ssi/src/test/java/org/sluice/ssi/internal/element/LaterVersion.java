package org.sluice.ssi.internal.element;

import org.sluice.ssi.api.SsiContext;
import org.sluice.ssi.api.SsiElement;
import org.sluice.ssi.api.SsiException;

/**
 * What an element of another version of the bundle is to a page: a stranger of the same package.
 */
public final class LaterVersion implements SsiElement {
  @Override
  public void render(SsiContext page) throws SsiException {
    throw new SsiException("not with a page of that version");
  }
}
