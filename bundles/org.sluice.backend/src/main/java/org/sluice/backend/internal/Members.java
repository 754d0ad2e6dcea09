package org.sluice.backend.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All members, by name and by balancer. They come, change and go with their files while requests
 * run; each request reads one immutable list.
 */
@Component(service = Members.class)
public final class Members {
  /** How long after the start an unknown balancer may still get its members. */
  private static final long GRACE_NANOS = 2_000_000_000L;

  private static final Logger LOG = LoggerFactory.getLogger(Members.class);

  private final Backends backends;
  private final boolean checking;
  private final long began = System.nanoTime();
  private final Map<String, Member> byName = new TreeMap<>();
  private final Map<String, HealthCheck> checks = new HashMap<>();
  private volatile Map<String, List<Member>> byBalancer = Map.of();
  private boolean closed;

  /** Called by the component runtime. */
  @Activate
  public Members(BundleContext context, @Reference Backends backends) {
    this(backends, "check".equals(context.getProperty("sluice.mode")));
  }

  /** Under {@code sluice check} no member is connected. */
  Members(Backends backends, boolean checking) {
    this.backends = backends;
    this.checking = checking;
  }

  /** A member's file came or changed. */
  synchronized void put(String name, Map<String, ?> properties) {
    MemberConfig config;
    try {
      config = MemberConfig.of(name, properties);
    } catch (IllegalArgumentException | ArithmeticException e) {
      LOG.error("member {} is left out: {}", name, e.getMessage());
      remove(name);
      return;
    }
    Backend backend = backends.at(config.target().address());
    Member member = byName.get(name);
    if (member == null) {
      member = new Member(name, config, backend);
      byName.put(name, member);
    } else {
      member.update(config, backend);
    }
    stopCheck(name);
    if (config.health() != null && !closed && !checking) {
      HealthCheck check = new HealthCheck(member, backend, config, backends);
      checks.put(name, check);
      check.start();
    }
    publish();
  }

  /** A member's file has gone; requests that it works on are finished. */
  synchronized void remove(String name) {
    stopCheck(name);
    if (byName.remove(name) != null) {
      publish();
    }
  }

  private void stopCheck(String name) {
    HealthCheck check = checks.remove(name);
    if (check != null) {
      check.stop();
    }
  }

  private void publish() {
    Map<String, List<Member>> map = new HashMap<>();
    for (Member member : byName.values()) {
      for (String balancer : member.config().balancers()) {
        map.computeIfAbsent(balancer, any -> new ArrayList<>()).add(member);
      }
    }
    map.replaceAll((balancer, members) -> List.copyOf(members));
    byBalancer = Map.copyOf(map);
  }

  /** Members of a balancer in the order of their names; empty when there are none. */
  List<Member> of(String balancer) {
    return byBalancer.getOrDefault(balancer, List.of());
  }

  /** Nanoseconds for which members may still be on their way after the start; 0 later. */
  long grace() {
    return Math.max(0, GRACE_NANOS - (System.nanoTime() - began));
  }

  /** Balancers with their members, sorted. */
  Map<String, List<Member>> all() {
    return new TreeMap<>(byBalancer);
  }

  synchronized Member named(String name) {
    return byName.get(name);
  }

  synchronized Collection<String> names() {
    return List.copyOf(byName.keySet());
  }

  /** Ends the checks. */
  @Deactivate
  public synchronized void close() {
    closed = true;
    List.copyOf(checks.keySet()).forEach(this::stopCheck);
  }
}
