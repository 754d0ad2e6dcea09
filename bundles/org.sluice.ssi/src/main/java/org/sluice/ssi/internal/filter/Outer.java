package org.sluice.ssi.internal.filter;

import org.sluice.api.http.Exchange;
import org.sluice.api.http.FileFacts;

/**
 * On the subrequest that stands for a client's request with ranges, conditions or content: that
 * request, and what became of it.
 */
final class Outer {
  static final String ATTRIBUTE = "ssi.outer";

  private final Exchange exchange;
  private final byte[] keptBody;
  private volatile FileFacts file;
  private volatile boolean parsed;

  Outer(Exchange exchange, byte[] keptBody) {
    this.exchange = exchange;
    this.keptBody = keptBody;
  }

  Exchange exchange() {
    return exchange;
  }

  byte[] keptBody() {
    return keptBody;
  }

  /** The filter has decided to parse. */
  void parsed(FileFacts document) {
    file = document;
    parsed = true;
  }

  boolean parsed() {
    return parsed;
  }

  FileFacts file() {
    return file;
  }
}
