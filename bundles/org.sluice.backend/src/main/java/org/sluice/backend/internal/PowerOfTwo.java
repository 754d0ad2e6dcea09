package org.sluice.backend.internal;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.osgi.service.component.annotations.Component;
import org.sluice.api.config.Options;
import org.sluice.api.http.Exchange;
import org.sluice.backend.api.BalancerMember;
import org.sluice.backend.api.BalancerMethod;
import org.sluice.backend.api.SluiceBalancerMethod;

/**
 * Method {@code leastconn-p2c}: of two members drawn by their shares the one with fewer running
 * requests. Needs no view of all, and does not send everybody to the one that is idle just now.
 */
@Component(service = BalancerMethod.class)
@SluiceBalancerMethod("leastconn-p2c")
public final class PowerOfTwo implements BalancerMethod {

  @Override
  public BalancerMember choose(
      Exchange exchange, Options options, List<? extends BalancerMember> candidates) {
    if (candidates.size() == 1) {
      return candidates.get(0);
    }
    BalancerMember one = draw(candidates, null);
    BalancerMember two = draw(candidates, one);
    long oneLoad = (one.running() + 1L) * two.weight();
    long twoLoad = (two.running() + 1L) * one.weight();
    return oneLoad <= twoLoad ? one : two;
  }

  private static BalancerMember draw(
      List<? extends BalancerMember> candidates, BalancerMember without) {
    long sum = 0;
    for (int i = 0; i < candidates.size(); i++) {
      sum += candidates.get(i) == without ? 0 : candidates.get(i).weight();
    }
    long at = ThreadLocalRandom.current().nextLong(Math.max(1, sum));
    BalancerMember last = null;
    for (int i = 0; i < candidates.size(); i++) {
      BalancerMember member = candidates.get(i);
      if (member == without) {
        continue;
      }
      last = member;
      at -= member.weight();
      if (at < 0) {
        break;
      }
    }
    return last;
  }
}
