package org.sluice.server.internal;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the open connections of each client address of one listener, so that a single client
 * cannot take all of them ({@code limit.connections-per-address}). Thread-safe.
 *
 * <p>IPv6 counts by /64 network, the least that one subscriber is given. A socket that was given
 * away is counted no more: it costs the front nothing. Without a limit nothing is counted, and a
 * connection costs nothing here.
 */
final class AddressLimit {
  /** Least time between two warnings. */
  private static final long WARN_NANOS = 60_000_000_000L;

  private static final Logger LOG = LoggerFactory.getLogger(AddressLimit.class);

  private final ConcurrentHashMap<Key, Integer> counts = new ConcurrentHashMap<>();
  private final LongAdder refused = new LongAdder();
  private volatile long warnedAt;

  /** The bytes that identify a client. */
  private record Key(byte[] network) {
    static Key of(InetAddress address) {
      byte[] bytes = address.getAddress();
      return new Key(address instanceof Inet4Address ? bytes : Arrays.copyOf(bytes, 8));
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && Arrays.equals(network, key.network);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(network);
    }
  }

  /**
   * Counts a connection until its channel is closed.
   *
   * @param most connections of one address, {@link Integer#MAX_VALUE} for no limit
   * @return false if there are that many already; the caller closes the channel
   */
  boolean admit(Channel channel, int most) {
    if (most == Integer.MAX_VALUE || !(channel.remoteAddress() instanceof InetSocketAddress peer)) {
      return true;
    }
    Key key = Key.of(peer.getAddress());
    int count = counts.merge(key, 1, Integer::sum);
    if (count > most) {
      leave(key);
      refuse(peer.getAddress(), most);
      return false;
    }
    channel.closeFuture().addListener((Future<? super Void> closed) -> leave(key));
    return true;
  }

  private void leave(Key key) {
    counts.computeIfPresent(key, (any, count) -> count == 1 ? null : count - 1);
  }

  private void refuse(InetAddress address, int most) {
    refused.increment();
    long now = System.nanoTime();
    if (warnedAt == 0 || now - warnedAt > WARN_NANOS) {
      warnedAt = now;
      LOG.warn(
          "{} has {} connections, limit.connections-per-address: more are closed ({} so far)",
          address.getHostAddress(),
          most,
          refused.sum());
    }
  }
}
