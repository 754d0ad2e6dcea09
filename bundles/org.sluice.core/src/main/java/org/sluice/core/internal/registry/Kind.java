package org.sluice.core.internal.registry;

import java.util.List;

/**
 * A kind of plug-in by the names of its contract and property. Contracts are named, not referenced,
 * so that the core needs none of the bundles that hold them.
 *
 * @param name word for tables and logs
 * @param contract fully qualified name of the interface
 * @param property service property that holds the names
 * @param missing status of a request that needs a name nobody serves
 */
record Kind(String name, String contract, String property, int missing) {

  /** Every kind of the product; a bundle with its contract absent costs one idle listener. */
  static final List<Kind> ALL =
      List.of(
          new Kind("handler", "org.sluice.api.handler.Handler", "sluice.scheme", 503),
          new Kind("flusher", "org.sluice.handoff.api.Flusher", "sluice.flusher", 500),
          new Kind("dialect", "org.sluice.handoff.api.Dialect", "sluice.dialect", 500),
          new Kind("handover", "org.sluice.api.handler.Handover", "sluice.handover", 500),
          new Kind("hook", "org.sluice.api.hook.Hook", "sluice.hook.phase", 500),
          new Kind("ssi-element", "org.sluice.ssi.api.SsiElement", "sluice.ssi.element", 500),
          new Kind("cgi-command", "org.sluice.cgi.api.CgiCommand", "sluice.cgi.suffix", 500),
          new Kind("log-item", "org.sluice.log.api.LogItem", "sluice.log.item", 500),
          new Kind("log-writer", "org.sluice.log.api.LogWriter", "sluice.log.writer", 500),
          new Kind(
              "balancer-method",
              "org.sluice.backend.api.BalancerMethod",
              "sluice.balancer.method",
              500));
}
