package org.sluice.core.internal.registry;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/**
 * One plug-in service with its use count: exchanges and groups take it and give it back. When it
 * has left and nobody uses it any more it may be deactivated, and no exchange can take it (T15).
 */
public final class PluginEntry {
  private final Kind kind;
  private final ServiceReference<?> reference;
  private final Object service;
  private final CountDownLatch unused = new CountDownLatch(1);
  private final UseCount uses = new UseCount(unused::countDown);
  private final LongAdder calls = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final Bundle bundle;
  private final String origin;
  private volatile PluginKey key;
  private final List<PluginGroup> groups = new CopyOnWriteArrayList<>();
  private volatile String lastError = "";
  private volatile boolean withdrawn;

  /** When it was withdrawn, by {@link System#nanoTime}. */
  private long withdrawnAt;

  PluginEntry(Kind kind, ServiceReference<?> reference, Object service) {
    this.kind = kind;
    this.reference = reference;
    this.service = service;
    this.bundle = reference.getBundle();
    this.key = PluginKey.of(kind, reference);
    this.origin = key.symbolicName() + "/" + key.version();
  }

  /** Takes the plug-in for an exchange; false when it has gone. */
  boolean acquire() {
    boolean taken = uses.acquire();
    if (taken) {
      calls.increment();
    }
    return taken;
  }

  /** Gives it back. */
  public void release() {
    uses.release();
  }

  /** It is to leave: new exchanges do not get it. False if that was said before. */
  synchronized boolean withdraw(long now) {
    if (withdrawn) {
      return false;
    }
    withdrawnAt = now;
    withdrawn = true;
    return true;
  }

  /** Whether that was said. */
  public boolean isWithdrawn() {
    return withdrawn;
  }

  /** For how long it has been leaving. */
  synchronized long leavingNanos(long now) {
    return withdrawn ? now - withdrawnAt : 0;
  }

  /** It has left: it may go when nobody uses it any more. */
  void close() {
    uses.close();
  }

  /** Takes the plug-in for a group; false when it has gone. */
  boolean join(PluginGroup group) {
    boolean taken = uses.acquire();
    if (taken) {
      groups.add(group);
    }
    return taken;
  }

  /** Gives it back for a group. */
  void leave(PluginGroup group) {
    groups.remove(group);
    release();
  }

  /** Counts a call of a plug-in that a group holds. */
  public void called() {
    calls.increment();
  }

  /** Waits until nobody uses the plug-in; false when {@code nanos} have passed first. */
  boolean awaitUnused(long nanos) throws InterruptedException {
    return unused.await(nanos, TimeUnit.NANOSECONDS);
  }

  /** Re-reads the properties after they changed. */
  void update() {
    key = PluginKey.of(kind, reference);
  }

  /** Notes a failure for the status snapshot. */
  public void failed(Throwable cause) {
    failures.increment();
    lastError = String.valueOf(cause);
  }

  /** The plug-in itself. */
  public Object service() {
    return service;
  }

  /** Names and place in the order. */
  PluginKey key() {
    return key;
  }

  /** The property of that name, or null. */
  public Object property(String name) {
    return reference.getProperty(name);
  }

  /** Names it serves under. */
  public List<String> names() {
    return key.names();
  }

  /** The bundle it came from. */
  public Bundle bundle() {
    return bundle;
  }

  /** {@code symbolic-name/version} of its bundle. */
  public String origin() {
    return origin;
  }

  /** Values of a String or String+ property; empty when absent. */
  public List<String> texts(String name) {
    return PluginKey.names(reference.getProperty(name));
  }

  /**
   * Takes the plug-in and passes it to {@code owner}, which releases it; false when it has gone.
   */
  public boolean tryUse(Consumer<PluginEntry> owner) {
    boolean taken = acquire();
    if (taken) {
      owner.accept(this);
    }
    return taken;
  }

  /** The service's id: start order, for ties only. */
  public long serviceId() {
    return key.id();
  }

  /** The service's ranking. */
  public int ranking() {
    return key.ranking();
  }

  /** Exchanges that hold it, alone or in a group. */
  int inUse() {
    int shared = 0;
    int holders = 0;
    for (PluginGroup group : groups) {
      shared += group.exchanges();
      holders++;
    }
    return Math.max(0, uses.users() - holders) + shared;
  }

  long calls() {
    return calls.sum();
  }

  long failures() {
    return failures.sum();
  }

  String lastError() {
    return lastError;
  }
}
