package org.sluice.fdpass.internal;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.config.Options;

/** What a route says about its hand-offs, read once per configuration. */
final class FdOptions {
  private static final Logger LOG = LoggerFactory.getLogger(FdOptions.class);
  private static final String ALLOW_USERS = "handoff.allow-users";

  final String dialect;

  /** Empty for the dialect's own. */
  final String flusher;

  final boolean dropBody;
  final boolean lease;
  final boolean closeUncounted;
  final long ackNanos;
  final long leaseNanos;
  final long queueNanos;

  /** What decides which receiver an exchange belongs to; empty for any. */
  final String hash;

  final boolean hashOverflowNext;

  /** Standing connections to a receiver; 0 for one for each event loop. */
  final int connections;

  /** Where sockets may lie that an application names. */
  final List<String> allowed;

  final int dataLimit;
  final long lingerNanos;
  final long connectNanos;
  final int queue;
  final boolean socketCheck;
  final boolean links;

  /** Seconds until the first probe; 0 leaves the socket as it is. */
  final int keepAliveSeconds;

  final Users users;

  FdOptions(Options options) {
    dialect = options.text("dialect");
    flusher = options.text("flusher");
    dropBody = options.text("handoff.body").equals("drop");
    lease = options.text("handoff.mode").equals("lease");
    closeUncounted = options.text("handoff.uncounted").equals("close");
    ackNanos = options.duration("handoff.ack-timeout").toNanos();
    leaseNanos = options.duration("handoff.lease-timeout").toNanos();
    queueNanos = options.duration("handoff.queue-timeout").toNanos();
    hash = options.text("handoff.hash");
    hashOverflowNext = options.text("handoff.hash-overflow").equals("next");
    connections = (int) options.number("handoff.connections");
    allowed = options.list("handoff.allowed");
    dataLimit = (int) options.size("handoff.data-limit");
    lingerNanos = options.duration("handoff.linger").toNanos();
    connectNanos = options.duration("handoff.connect-timeout").toNanos();
    queue = (int) Math.min(Integer.MAX_VALUE, options.number("handoff.queue"));
    socketCheck = options.flag("handoff.socket-check");
    links = options.flag("handoff.links");
    keepAliveSeconds = (int) options.duration("handoff.tcp-keepalive").toSeconds();
    List<String> unknown = new ArrayList<>();
    users = Users.of(options.list(ALLOW_USERS), unknown);
    if (!unknown.isEmpty()) {
      LOG.warn(
          "{}: {}={}: no such user on this machine, so nobody is allowed by it; allowed are names"
              + " of /etc/passwd and numbers",
          options.origin(ALLOW_USERS),
          ALLOW_USERS,
          String.join(",", unknown));
    }
  }
}
