package org.sluice.backend.internal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.sluice.backend.api.BalancerMember;

/**
 * A member: its configuration, what an operator said at run time, and how it fares. Its account
 * outlives changes of the configuration. Thread-safe.
 */
final class Member implements BalancerMember {

  /** What an operator said at run time; outweighs letters D and N of the configuration. */
  enum Order {
    NONE,
    ENABLED,
    DISABLED,
    DRAINING
  }

  private static final int MOST_EJECTIONS = 10;

  final String name;
  final AtomicInteger running = new AtomicInteger();
  final LongAdder requests = new LongAdder();
  final LongAdder bytes = new LongAdder();
  final LongAdder failures = new LongAdder();
  private final AtomicLong score = new AtomicLong();
  private final AtomicInteger badInRow = new AtomicInteger();
  private volatile MemberConfig config;
  private volatile Backend backend;
  private volatile Order order = Order.NONE;
  private volatile boolean error;
  private volatile long errorAt;
  private volatile boolean unhealthy;
  private volatile boolean ejected;
  private volatile long ejectedUntil;
  private volatile int ejections;
  private volatile long startedAt = System.nanoTime();
  private volatile String lastError;

  Member(String name, MemberConfig config, Backend backend) {
    this.name = name;
    this.config = config;
    this.backend = backend;
    initial(config);
  }

  private void initial(MemberConfig now) {
    unhealthy = now.has('C');
    if (now.has('E')) {
      failed(null);
    }
  }

  /** The configuration has changed. */
  void update(MemberConfig now, Backend newBackend) {
    boolean moved = newBackend != backend;
    config = now;
    backend = newBackend;
    if (moved) {
      recover();
      initial(now);
    }
  }

  MemberConfig config() {
    return config;
  }

  /** Where to send a request. */
  Hop hop(String balancerPath) {
    BackendTarget target = config.target();
    String base = target.path();
    // The path of the route's target follows the member's own; of the slashes between one is
    // enough.
    boolean two = base.endsWith("/") && balancerPath.startsWith("/");
    return new Hop(backend, target.host(), two ? base.substring(0, base.length() - 1) : base, this);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int weight() {
    MemberConfig now = config;
    if (now.slowStartNanos() == 0) {
      return now.weight();
    }
    long age = System.nanoTime() - startedAt;
    if (age >= now.slowStartNanos()) {
      return now.weight();
    }
    return Math.max(1, (int) ((double) now.weight() * age / now.slowStartNanos()));
  }

  @Override
  public int running() {
    return running.get();
  }

  @Override
  public long requests() {
    return requests.sum();
  }

  @Override
  public long bytes() {
    return bytes.sum();
  }

  @Override
  public AtomicLong score() {
    return score;
  }

  // ---- state

  boolean isDisabled() {
    return order == Order.DISABLED || (order != Order.ENABLED && config.has('D'));
  }

  boolean isDraining() {
    return order == Order.DRAINING || (order != Order.ENABLED && config.has('N'));
  }

  /** Whether it is left alone because of an error; forgets one whose time is over. */
  boolean isInError(long now) {
    if (!error || config.has('I')) {
      return false;
    }
    if (now - errorAt >= config.retryNanos()) {
      error = false;
      startedAt = now;
      return false;
    }
    return true;
  }

  boolean isEjected(long now) {
    if (ejected && now - ejectedUntil >= 0) {
      ejected = false;
      startedAt = now;
    }
    return ejected;
  }

  /** Whether a request may go there; {@code bound}: one of a session that belongs there. */
  boolean isUsable(long now, boolean bound) {
    return isUsableButForErrors(now, bound) && (config.has('I') || !isInError(now));
  }

  /** The same, whatever error it is left alone for. */
  boolean isUsableButForErrors(long now, boolean bound) {
    if (config.has('S') || isDisabled() || (isDraining() && !bound)) {
      return false;
    }
    if (config.max() > 0 && running.get() >= config.max()) {
      return false;
    }
    return config.has('I') || !(unhealthy || isEjected(now));
  }

  /** One word for tables. */
  String state() {
    long now = System.nanoTime();
    if (config.has('S')) {
      return "stopped";
    }
    if (isDisabled()) {
      return "disabled";
    }
    if (isDraining()) {
      return "draining";
    }
    if (unhealthy) {
      return "unhealthy";
    }
    if (isInError(now)) {
      return "error";
    }
    if (isEjected(now)) {
      return "ejected";
    }
    return config.has('H') ? "standby" : config.has('R') ? "spare" : "ok";
  }

  String lastError() {
    return lastError;
  }

  /** What an operator says. */
  void order(Order now) {
    order = now;
    if (now == Order.ENABLED) {
      recover();
      unhealthy = false;
    }
  }

  // ---- how it fares

  /** It is left alone for {@code retry}; 0 means not at all. */
  void failed(String reason) {
    if (reason != null) {
      lastError = reason;
    }
    if (config.retryNanos() > 0) {
      errorAt = System.nanoTime();
      error = true;
    }
  }

  /** Counts towards an ejection; tells whether that many came in a row. */
  boolean bad(String reason, long most) {
    failures.increment();
    lastError = reason;
    return most > 0 && badInRow.incrementAndGet() >= most;
  }

  void good() {
    if (badInRow.get() != 0) {
      badInRow.set(0);
    }
    if (error) {
      error = false;
    }
  }

  /** Leaves it alone, longer each time. */
  void eject(long nanos) {
    badInRow.set(0);
    ejections = Math.min(MOST_EJECTIONS, ejections + 1);
    ejectedUntil = System.nanoTime() + nanos * ejections;
    ejected = true;
  }

  /** Errors and ejections are forgotten. */
  void recover() {
    if (error || ejected) {
      startedAt = System.nanoTime();
    }
    error = false;
    ejected = false;
    badInRow.set(0);
  }

  /** What active checks found. */
  void healthy(boolean now, String reason) {
    if (now && unhealthy) {
      recover();
      startedAt = System.nanoTime();
    }
    if (!now) {
      lastError = reason;
    }
    unhealthy = !now;
  }
}
