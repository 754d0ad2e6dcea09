package org.sluice.backend.internal;

import java.util.List;
import java.util.Locale;
import org.sluice.api.config.Options;
import org.sluice.api.http.HeaderEdits;
import org.sluice.api.route.Target;

/** What a route says about its backends, read once per configuration. */
final class BackendOptions {

  /** What is done about Forwarded and X-Forwarded-*. */
  enum Forwarding {
    REPLACE,
    APPEND,
    OFF
  }

  final PathMapping.Mode mapping;
  final boolean nocanon;
  final Forwarding forwarding;
  final long requestBuffer;
  final ErrorOverride errorOverride;
  final HeaderEdits requestEdits;
  final CookieRules cookies;
  final List<String> reverse;

  /** Null for the client's own, empty for the target's. */
  final String host;

  final String via;
  final List<String> upgrades;
  final int connectMillis;
  final long firstByteNanos;
  final long progressNanos;
  final long continueNanos;
  final long tunnelNanos;
  final long idleNanos;
  final boolean reuse;
  final long connections;
  final long acquireNanos;
  final boolean tcpKeepAlive;
  final long addressNanos;
  final HeadLimits limits;

  private volatile Target parsed;
  private volatile BackendTarget target;
  private volatile BackendTarget planned;
  private volatile SinglePlan single;

  BackendOptions(Options options) {
    mapping = PathMapping.Mode.valueOf(options.text("mapping").toUpperCase(Locale.ROOT));
    nocanon = options.flag("nocanon");
    forwarding = Forwarding.valueOf(options.text("forwarded").toUpperCase(Locale.ROOT));
    requestBuffer = options.size("request-buffer");
    errorOverride = ErrorOverride.of(options.list("error-override"), options.family("error."));
    requestEdits = HeaderEdits.ofRequests(options);
    cookies =
        CookieRules.of(
            options.list("backend.cookie-path"),
            options.list("backend.cookie-domain"),
            options.list("backend.cookie-remove"));
    reverse = options.list("backend.reverse");
    String hostText = options.text("backend.host");
    host = hostText.equals("client") ? null : hostText.equals("target") ? "" : hostText;
    via = options.text("backend.via");
    upgrades = options.list("backend.upgrade");
    connectMillis = (int) options.duration("backend.connect-timeout").toMillis();
    firstByteNanos = options.duration("backend.first-byte-timeout").toNanos();
    progressNanos = options.duration("backend.progress-timeout").toNanos();
    continueNanos = options.duration("backend.continue-timeout").toNanos();
    tunnelNanos = options.duration("backend.tunnel-timeout").toNanos();
    idleNanos = options.duration("backend.idle-timeout").toNanos();
    reuse = options.flag("backend.reuse");
    connections = options.number("backend.connections");
    acquireNanos = options.duration("backend.acquire-timeout").toNanos();
    tcpKeepAlive = options.flag("backend.keepalive");
    addressNanos = options.duration("backend.address-ttl").toNanos();
    limits =
        new HeadLimits(
            (int) options.size("backend.limit.head"),
            (int) options.size("backend.limit.field"),
            (int) options.number("backend.limit.fields"));
  }

  /** The route's target taken apart; options and target belong together. */
  BackendTarget target(Target of) {
    if (of != parsed) {
      target = BackendTarget.of(of);
      parsed = of;
    }
    return target;
  }

  /** The plan of a target that is one backend; the same for every request. */
  Plan single(Backends backends, BackendTarget of) {
    SinglePlan known = single;
    if (known == null || planned != of) {
      known = new SinglePlan(new Hop(backends.at(of.address()), of.host(), "", null));
      single = known;
      planned = of;
    }
    return known;
  }

  boolean mayUpgrade(String protocol) {
    for (String allowed : upgrades) {
      if (allowed.equalsIgnoreCase("any") || allowed.equalsIgnoreCase(protocol)) {
        return true;
      }
    }
    return false;
  }
}
