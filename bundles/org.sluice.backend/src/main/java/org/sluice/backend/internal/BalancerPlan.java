package org.sluice.backend.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.config.Options;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.backend.api.BalancerMember;
import org.sluice.backend.api.BalancerMethod;

/** How one exchange goes through a balancer: sticky sessions, sets, standbys, attempts, waiting. */
final class BalancerPlan implements Plan {
  private static final Logger LOG = LoggerFactory.getLogger(BalancerPlan.class);

  private final Exchange exchange;
  private final Options options;
  private final BalancerOptions rules;
  private final BackendTarget target;
  private final Members members;
  private final LoopState loop;
  private final String balancer;
  private final String session;
  private final List<Member> tried = new ArrayList<>(2);
  private long waitUntil;
  private long waitStepNanos;

  BalancerPlan(
      Exchange exchange,
      Options options,
      BalancerOptions rules,
      BackendTarget target,
      Members members,
      LoopState loop) {
    this.exchange = exchange;
    this.options = options;
    this.rules = rules;
    this.target = target;
    this.members = members;
    this.loop = loop;
    this.balancer = target.balancer();
    this.session = Sticky.route(exchange, rules, balancer);
  }

  @Override
  public void next(Waiting waiting) {
    List<Member> all = members.of(balancer);
    long now = System.nanoTime();
    recoverAll(all, now);
    Member bound = session == null ? null : bound(all, now);
    if (bound != null && !tried.contains(bound)) {
      take(bound, waiting);
      return;
    }
    if (session != null && rules.noFailover && known(all)) {
      waiting.none(
          new HandlerException(
              503,
              "balancer-session",
              "balancer " + balancer + ": the session's member is unusable",
              null,
              5));
      return;
    }
    List<Member> candidates = candidates(all, now, false);
    if (candidates.isEmpty() && mayForce(all, now)) {
      candidates = candidates(all, now, true);
      candidates.forEach(Member::recover);
    }
    if (candidates.isEmpty()) {
      await(all, waiting);
      return;
    }
    ask(candidates, waiting);
  }

  private void ask(List<Member> candidates, Waiting waiting) {
    exchange
        .<BalancerMethod, BalancerMember>call(
            BalancerMethod.class,
            rules.method,
            method -> method.choose(exchange, options, candidates))
        .whenComplete(
            (chosen, failure) -> onLoop(() -> chosen(chosen, failure, candidates, waiting)));
  }

  private void onLoop(Runnable task) {
    if (loop.executor().inEventLoop()) {
      task.run();
    } else {
      loop.executor().execute(task);
    }
  }

  private void chosen(
      BalancerMember chosen, Throwable failure, List<Member> candidates, Waiting waiting) {
    if (failure != null) {
      Throwable cause =
          failure instanceof java.util.concurrent.CompletionException
              ? failure.getCause()
              : failure;
      waiting.none(
          cause instanceof HandlerException e
              ? e
              : new HandlerException(500, "balancer-method", String.valueOf(cause), cause));
    } else if (chosen instanceof Member member && candidates.contains(member)) {
      take(member, waiting);
    } else {
      waiting.none(
          new HandlerException(
              500, "balancer-method", rules.method + " chose what is no candidate: " + chosen));
    }
  }

  private void take(Member member, Waiting waiting) {
    tried.add(member);
    member.running.incrementAndGet();
    member.requests.increment();
    exchange.attribute("balancer.name", balancer);
    exchange.attribute("balancer.worker", member.name);
    exchange.attribute("balancer.route", member.config().route());
    if (session != null) {
      exchange.attribute("balancer.session-route", session);
      exchange.attribute(
          "balancer.route-changed", session.equals(member.config().route()) ? null : "1");
    }
    waiting.go(member.hop(target.path()));
  }

  /** Members in error whose time has come recover by themselves; if none did, all do. */
  private void recoverAll(List<Member> all, long now) {
    if (!rules.forceRecovery) {
      return;
    }
    for (Member member : all) {
      if (!member.isInError(now)) {
        return;
      }
    }
    all.forEach(Member::recover);
  }

  /**
   * Whether nothing but errors is in the way: of all, or of those that are left, as those tried
   * have failed just now. Other loops change the states while this one looks, so that a member that
   * looks usable here may have looked in error before: both count.
   */
  private boolean mayForce(List<Member> all, long now) {
    if (!rules.forceRecovery) {
      return false;
    }
    for (Member member : all) {
      if (tried.isEmpty() && !member.isInError(now) && !member.isUsable(now, false)) {
        return false;
      }
    }
    return true;
  }

  private boolean known(List<Member> all) {
    return all.stream().anyMatch(member -> member.config().route().equals(session));
  }

  /** The member of the session, or the one it redirects to; null if none is usable. */
  private Member bound(List<Member> all, long now) {
    String route = session;
    for (int hops = 0; hops <= all.size() && route != null; hops++) {
      String redirect = null;
      for (int standby = 0; standby < 2; standby++) {
        for (Member member : all) {
          boolean fits =
              member.config().route().equals(route) && member.config().has('H') == (standby == 1);
          if (fits && member.isUsable(now, true) && !tried.contains(member)) {
            return member;
          }
          redirect = fits && redirect == null ? member.config().redirect() : redirect;
        }
      }
      route = redirect;
    }
    return null;
  }

  /** Members that compete: of the lowest set that has any. */
  private List<Member> candidates(List<Member> all, long now, boolean forced) {
    List<Member> fresh = untried(all);
    int set = -1;
    while (true) {
      set = nextSet(fresh, set);
      if (set < 0) {
        break;
      }
      List<Member> found = ofSet(fresh, all, set, now, forced);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  /** Who was not tried yet; a lone member may be tried again. */
  private List<Member> untried(List<Member> all) {
    if (tried.isEmpty() || all.size() == 1) {
      return all;
    }
    List<Member> rest = new ArrayList<>(all);
    rest.removeAll(tried);
    return rest;
  }

  private static int nextSet(List<Member> all, int above) {
    int next = -1;
    for (Member member : all) {
      int set = member.config().set();
      next = set > above && (next < 0 || set < next) ? set : next;
    }
    return next;
  }

  private static List<Member> ofSet(
      List<Member> fresh, List<Member> all, int set, long now, boolean forced) {
    List<Member> found = new ArrayList<>(fresh.size());
    List<Member> spares = new ArrayList<>();
    List<Member> standbys = new ArrayList<>();
    int unusable = 0;
    for (Member member : all) {
      MemberConfig config = member.config();
      if (config.set() != set) {
        continue;
      }
      boolean usable =
          forced ? member.isUsableButForErrors(now, false) : member.isUsable(now, false);
      boolean ordinary = !config.has('H') && !config.has('R');
      unusable += ordinary && !(usable && fresh.contains(member)) ? 1 : 0;
      if (usable && fresh.contains(member)) {
        (ordinary ? found : config.has('R') ? spares : standbys).add(member);
      }
    }
    for (int i = 0; i < spares.size() && i < unusable; i++) {
      found.add(spares.get(i));
    }
    return found.isEmpty() ? standbys : found;
  }

  /** RFC 9110 has no word for it: nobody is usable. Waits, then 503. */
  private void await(List<Member> all, Waiting waiting) {
    long now = System.nanoTime();
    if (waitUntil == 0) {
      long nanos = Math.max(rules.waitNanos, all.isEmpty() ? members.grace() : 0);
      waitUntil = now + nanos;
      waitStepNanos = Math.max(5_000_000L, nanos / 100);
    }
    if (now - waitUntil >= 0) {
      waiting.none(
          new HandlerException(
              503,
              "balancer-empty",
              "balancer "
                  + balancer
                  + (all.isEmpty()
                      ? " has no members (etc/org.sluice.member~NAME.cfg)"
                      : ": no member is usable"),
              null,
              5));
      return;
    }
    tried.clear();
    loop.executor().schedule(() -> next(waiting), waitStepNanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public boolean hasMore() {
    int others = members.of(balancer).size() - 1;
    int most = rules.maxAttempts >= 0 ? rules.maxAttempts : Math.max(1, others);
    return tried.size() <= most;
  }

  @Override
  public void failed(Hop hop, Fault fault, String reason) {
    Member member = hop.member();
    if (fault == Fault.CONNECT || (fault == Fault.TIMEOUT && rules.failOnTimeout)) {
      LOG.warn("balancer {}: member {} is left alone: {}", balancer, member.name, reason);
      member.failed(reason);
    }
    bad(member, reason);
  }

  @Override
  public void answered(Hop hop, int status) {
    Member member = hop.member();
    if (rules.failOnStatus.get(status)) {
      String reason = "answered " + status + " (balancer.failonstatus)";
      LOG.warn("balancer {}: member {} is left alone: {}", balancer, member.name, reason);
      member.failures.increment();
      member.failed(reason);
    } else if (status >= 500) {
      bad(member, "answered " + status);
    } else {
      member.good();
    }
  }

  private void bad(Member member, String reason) {
    if (!member.bad(reason, rules.ejectAfter)) {
      return;
    }
    List<Member> all = members.of(balancer);
    long now = System.nanoTime();
    long out = all.stream().filter(each -> each != member && each.isEjected(now)).count();
    if ((out + 1) * 100 <= (long) rules.ejectPercent * all.size()) {
      LOG.warn(
          "balancer {}: member {} is ejected after {} failures in a row, the last: {}",
          balancer,
          member.name,
          rules.ejectAfter,
          reason);
      member.eject(rules.ejectNanos);
    }
  }

  @Override
  public void ended(Hop hop, long bytes) {
    hop.member().running.decrementAndGet();
    hop.member().bytes.add(bytes);
  }

  @Override
  public List<Hop> hops(Hop answering) {
    List<Hop> all = new ArrayList<>();
    all.add(answering);
    for (Member member : members.of(balancer)) {
      if (member != answering.member()) {
        all.add(member.hop(target.path()));
      }
    }
    return all;
  }

  @Override
  public String cookie(Hop hop) {
    String route = hop.member().config().route();
    return rules.cookie == null || route.equals(session)
        ? null
        : Sticky.setCookie(rules, balancer, route, exchange.connection().secure());
  }
}
