package org.sluice.backend.internal;

import io.netty.channel.ConnectTimeoutException;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;

/**
 * The way of one exchange to a connection: which hop the plan names, a pooled connection or a new
 * one, the wait when all are in use, the next hop when there is none. Keeps the account of the hop
 * that is being tried. On the loop of the backend connections.
 */
final class Attempts implements Plan.Waiting {
  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

  /** Idle time up to which a request that cannot be repeated trusts a pooled connection. */
  private static final long FRESH_NANOS = 1_000_000_000L;

  private static final long ACQUIRE_MILLIS = 5;

  /** Who wants a connection. */
  interface Asker {
    /** Here it is; to the hop that {@link #hop} tells. */
    void use(BackendConnection connection);

    /** There is none, for the last time. */
    void none(HandlerException failure);
  }

  private final Exchange exchange;
  private final BackendOptions options;
  private final LoopState loop;
  private final Plan plan;
  private final boolean repeatable;
  private final Asker asker;
  private Hop hop;
  private boolean open;
  private boolean fresh;
  private boolean stopped;
  private long bytes;
  private long began;
  private long acquireUntil;

  Attempts(
      Exchange exchange,
      BackendOptions options,
      LoopState loop,
      Plan plan,
      boolean repeatable,
      Asker asker) {
    this.exchange = exchange;
    this.options = options;
    this.loop = loop;
    this.plan = plan;
    this.repeatable = repeatable;
    this.asker = asker;
  }

  /** Goes wherever the plan says next. */
  void next() {
    fresh = false;
    plan.next(this);
  }

  /** The same hop again, on a connection that nobody has used. */
  void again() {
    fresh = true;
    acquire();
  }

  /** Whether another hop may be tried after this one. */
  boolean hasMore() {
    return plan.hasMore();
  }

  /** Nobody wants a connection any more. */
  void stop() {
    stopped = true;
  }

  // ---- the hop's account

  /** The hop that is being tried, or was last. */
  Hop hop() {
    return hop;
  }

  /** When the hop was asked, as of {@link System#nanoTime}. */
  long began() {
    return began;
  }

  /** Bytes went there or came from there. */
  void count(long more) {
    bytes += more;
  }

  /** It gave an answer, good or bad. */
  void answered(int status) {
    plan.answered(hop, status);
  }

  /** Its answer, which has begun to go to the client, is cut off. */
  void cut(Plan.Fault fault, String reason) {
    LOG.warn("{}: backend-cut {}", exchange.describeFailure("org.sluice.backend"), reason);
    hop.backend().failures.increment();
    hop.backend().lastError = reason;
    plan.failed(hop, fault, reason);
  }

  /** It failed; its account is closed. */
  void failed(Plan.Fault fault, String reason) {
    hop.backend().failures.increment();
    hop.backend().lastError = reason;
    plan.failed(hop, fault, reason);
    end();
  }

  /** The account of the hop is closed, once. */
  void end() {
    if (open) {
      open = false;
      hop.backend().running.decrementAndGet();
      plan.ended(hop, bytes);
    }
  }

  // ---- to a connection

  @Override
  public void none(HandlerException failure) {
    asker.none(failure);
  }

  @Override
  public void go(Hop next) {
    if (stopped) {
      plan.ended(next, 0);
      return;
    }
    hop = next;
    open = true;
    bytes = 0;
    began = System.nanoTime();
    hop.backend().running.incrementAndGet();
    hop.backend().requests.increment();
    acquireUntil = 0;
    acquire();
  }

  private void acquire() {
    if (options.reuse && !fresh) {
      long most = repeatable ? options.idleNanos : Math.min(FRESH_NANOS, options.idleNanos);
      BackendConnection idle = loop.take(hop.backend(), most);
      if (idle != null) {
        asker.use(idle);
        return;
      }
    }
    Backend backend = hop.backend();
    SocketAddress[] addresses = backend.addresses();
    if (addresses == null) {
      backend.resolve(
          exchange.workers(),
          (found, failure) -> loop.executor().execute(() -> resolved(found, failure)));
      return;
    }
    if (backend.isStale(options.addressNanos)) {
      backend.refresh(exchange.workers());
    }
    if (!backend.open(options.connections)) {
      waitForConnection();
      return;
    }
    connect(addresses, 0);
  }

  private void resolved(SocketAddress[] found, Exception failure) {
    if (stopped) {
      end();
    } else if (failure != null) {
      notConnected(failure);
    } else {
      acquire();
    }
  }

  private void waitForConnection() {
    long now = System.nanoTime();
    acquireUntil = acquireUntil == 0 ? now + options.acquireNanos : acquireUntil;
    if (now - acquireUntil >= 0) {
      String message = hop.backend() + ": all " + options.connections + " connections are in use";
      end();
      asker.none(new HandlerException(503, "backend-busy", message, null, 1));
      return;
    }
    if (hop.backend().idle.get() > 0) {
      loop.askForRoom(hop.backend());
    }
    loop.executor().schedule(this::waited, ACQUIRE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void waited() {
    if (stopped) {
      end();
    } else {
      acquire();
    }
  }

  private void connect(SocketAddress[] addresses, int index) {
    BackendConnection.connect(
        hop.backend(),
        addresses[index],
        loop,
        options,
        (made, failure) -> {
          if (made != null) {
            connected(made);
          } else if (index + 1 < addresses.length
              && !stopped
              && hop.backend().open(options.connections)) {
            connect(addresses, index + 1);
          } else {
            notConnected(failure);
          }
        });
  }

  private void connected(BackendConnection made) {
    if (stopped) {
      end();
      made.begin(null, options, false);
      made.finish(true);
      return;
    }
    asker.use(made);
  }

  private void notConnected(Throwable cause) {
    String reason = hop.backend() + ": " + ConnectFailure.reason(cause);
    failed(Plan.Fault.CONNECT, reason);
    if (stopped) {
      return;
    }
    if (plan.hasMore()) {
      LOG.debug("{}: {}; another member is tried", exchange.describe(), reason);
      plan.next(this);
      return;
    }
    asker.none(
        cause instanceof ConnectTimeoutException
            ? new HandlerException(504, "backend-connect-timeout", reason, cause, 0)
            : new HandlerException(503, "backend-connect", reason, null, 1));
  }
}
