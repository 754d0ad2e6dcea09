package org.sluice.backend.internal;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.BitSet;
import org.sluice.api.config.Options;
import org.sluice.api.wire.Grammar;

/** What a route says about its balancer, read once per configuration. */
final class BalancerOptions {
  private static final byte[] RANDOM_KEY = new byte[32];

  static {
    new SecureRandom().nextBytes(RANDOM_KEY);
  }

  final String method;

  /** Null without sticky sessions of the application. */
  final String sessionCookie;

  final String sessionParameter;

  /** Null when the whole value is the route. */
  final Character separator;

  final boolean semicolon;

  /** Null without a cookie of our own. */
  final String cookie;

  final byte[] cookieKey;
  final boolean noFailover;
  final long waitNanos;

  /** -1 for as many as there are other members. */
  final int maxAttempts;

  final BitSet failOnStatus = new BitSet(600);
  final boolean failOnTimeout;
  final boolean forceRecovery;
  final long ejectAfter;
  final long ejectNanos;
  final int ejectPercent;

  BalancerOptions(Options options) {
    method = options.text("balancer.method");
    String session = options.text("balancer.stickysession");
    int bar = session.indexOf('|');
    sessionCookie = session.isEmpty() ? null : bar < 0 ? session : session.substring(0, bar);
    sessionParameter = bar < 0 ? sessionCookie : session.substring(bar + 1);
    String sep = options.text("balancer.stickysessionsep");
    if (!sep.equalsIgnoreCase("off") && sep.length() != 1) {
      throw new IllegalArgumentException(
          options.origin("balancer.stickysessionsep")
              + ": balancer.stickysessionsep is one character or off: "
              + sep);
    }
    separator = sep.length() == 1 ? Character.valueOf(sep.charAt(0)) : null;
    semicolon = options.flag("balancer.scolonpathdelim");
    String ours = options.text("balancer.cookie");
    if (!ours.isEmpty() && !Grammar.isToken(ours)) {
      throw new IllegalArgumentException(
          options.origin("balancer.cookie") + ": balancer.cookie is no cookie's name: " + ours);
    }
    cookie = ours.isEmpty() ? null : ours;
    String key = options.text("balancer.cookie-key");
    cookieKey = key.isEmpty() ? RANDOM_KEY : key.getBytes(StandardCharsets.UTF_8);
    noFailover = options.flag("balancer.nofailover");
    waitNanos = options.duration("balancer.timeout").toNanos();
    maxAttempts =
        options.text("balancer.maxattempts").isEmpty()
            ? -1
            : (int) options.number("balancer.maxattempts");
    for (String status : options.list("balancer.failonstatus")) {
      failOnStatus.set(Integer.parseInt(status));
    }
    failOnTimeout = options.flag("balancer.failontimeout");
    forceRecovery = options.flag("balancer.forcerecovery");
    ejectAfter = options.number("balancer.eject-after");
    ejectNanos = options.duration("balancer.eject-time").toNanos();
    ejectPercent = (int) options.number("balancer.eject-percent");
  }
}
