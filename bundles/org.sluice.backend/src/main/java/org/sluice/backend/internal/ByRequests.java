package org.sluice.backend.internal;

import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.sluice.api.config.Options;
import org.sluice.api.http.Exchange;
import org.sluice.backend.api.BalancerMember;
import org.sluice.backend.api.BalancerMethod;
import org.sluice.backend.api.SluiceBalancerMethod;

/**
 * Method {@code byrequests}: every candidate gains its share, the richest serves and pays for all.
 * Spreads requests evenly in the proportion of the shares, without bursts.
 */
@Component(service = BalancerMethod.class)
@SluiceBalancerMethod("byrequests")
public final class ByRequests implements BalancerMethod {

  @Override
  public BalancerMember choose(
      Exchange exchange, Options options, List<? extends BalancerMember> candidates) {
    return next(candidates);
  }

  /** One lock for all balancers: the work under it is a few additions. */
  static synchronized BalancerMember next(List<? extends BalancerMember> candidates) {
    BalancerMember best = null;
    long most = 0;
    long sum = 0;
    for (int i = 0; i < candidates.size(); i++) {
      BalancerMember member = candidates.get(i);
      int weight = member.weight();
      long score = member.score().addAndGet(weight);
      sum += weight;
      if (best == null || score > most) {
        best = member;
        most = score;
      }
    }
    best.score().addAndGet(-sum);
    return best;
  }
}
