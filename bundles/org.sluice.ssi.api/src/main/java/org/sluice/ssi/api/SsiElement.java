package org.sluice.ssi.api;

import org.osgi.annotation.versioning.ConsumerType;
import org.sluice.api.handler.PluginKind;

/**
 * An element of server-side includes, {@code <!--#name attribute="value" -->}, published under its
 * names with {@link SluiceSsiElement}.
 *
 * <p>Names compare without case. Of two services of one name the higher ranked serves; the elements
 * of the SSI bundle have ranking 0, so that a site can replace them. An element that is removed
 * becomes an unknown element: the page shows its error text and goes on.
 */
@ConsumerType
@PluginKind(name = "ssi element", property = "sluice.ssi.element", missing = 500)
public interface SsiElement {

  /**
   * Writes what stands for the element. Called on a worker thread, only where output is visible;
   * what stood before it in the page is on its way to the client already. May block, but a worker
   * is held meanwhile: {@link SsiContext#await} waits without one. One instance serves many pages
   * at once.
   *
   * @param page valid until this returns, and while a step given to {@link SsiContext#await} runs
   * @throws SsiException prints the page's error text at this place and logs the message; the page
   *     goes on. Any other exception does the same and is counted against the element
   */
  void render(SsiContext page) throws SsiException;
}
