package org.sluice.ssi.internal.page;

import java.util.concurrent.atomic.AtomicInteger;
import org.sluice.api.http.Exchange;

/** What a base document and everything it includes have in common: variables and limits. */
final class Tree {
  final Exchange base;
  final Variables variables;
  final byte[] keptBody;
  private final AtomicInteger subrequests = new AtomicInteger();

  /**
   * The tree of a base document.
   *
   * @param base the exchange that the client sees
   * @param keptBody content of its request, or null
   */
  Tree(Exchange base, Variables variables, byte[] keptBody) {
    this.base = base;
    this.variables = variables;
    this.keptBody = keptBody;
  }

  /** Counts a subrequest; false when there were too many. */
  boolean admit(int limit) {
    return subrequests.incrementAndGet() <= limit;
  }
}
