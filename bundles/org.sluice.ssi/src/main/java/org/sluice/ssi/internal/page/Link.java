package org.sluice.ssi.internal.page;

import java.util.concurrent.CompletableFuture;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Headers;

/**
 * How the exchange of an included document knows of the page that includes it: an attribute of the
 * subrequest.
 */
public final class Link {
  /** Name of the attribute. */
  public static final String ATTRIBUTE = "ssi.page";

  /** What the page wants. */
  public enum Purpose {
    /** The content. */
    CONTENT,
    /** The content of a file ({@code include file}). */
    FILE,
    /** To know the file ({@code fsize}). */
    FACTS,
    /** To know whether it may be requested ({@code -A}). */
    ACCESS
  }

  private final Page page;
  private final Purpose purpose;
  private final CompletableFuture<Void> turn = new CompletableFuture<>();

  /**
   * A link.
   *
   * @param due whether the included document may set variables at once
   */
  Link(Page page, Purpose purpose, boolean due) {
    this.page = page;
    this.purpose = purpose;
    if (due) {
      turn.complete(null);
    }
  }

  /** The link of that exchange or the nearest one around it, or null. */
  public static Link around(Exchange exchange) {
    for (Exchange at = exchange; at != null; at = at.parent()) {
      for (Object from = at; from instanceof Exchange each; from = redirectedFrom(each)) {
        if (each.attribute(ATTRIBUTE) instanceof Link link) {
          return link;
        }
      }
    }
    return null;
  }

  private static Object redirectedFrom(Exchange exchange) {
    return exchange.attribute(Attributes.REDIRECTED_FROM);
  }

  /** The page that includes. */
  Page page() {
    return page;
  }

  /** What it wants. */
  public Purpose purpose() {
    return purpose;
  }

  /** Whether only files may be included. */
  public boolean filesOnly() {
    return page.filesOnly();
  }

  /** A program has answered with these fields and a status of its own. */
  public void programAnswered(Headers headers) {
    page.programAnswered(headers);
  }

  /**
   * Completes when the included document is due: what it sets must not be seen by what stands
   * before it in the page.
   */
  CompletableFuture<Void> turn() {
    return turn;
  }
}
