package org.sluice.backend.internal;

import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.sluice.api.config.Options;
import org.sluice.api.http.Exchange;
import org.sluice.backend.api.BalancerMember;
import org.sluice.backend.api.BalancerMethod;
import org.sluice.backend.api.SluiceBalancerMethod;

/** Method {@code bytraffic}: the fewest bytes in both directions, divided by the share. */
@Component(service = BalancerMethod.class)
@SluiceBalancerMethod("bytraffic")
public final class ByTraffic implements BalancerMethod {

  @Override
  public BalancerMember choose(
      Exchange exchange, Options options, List<? extends BalancerMember> candidates) {
    BalancerMember best = null;
    double least = 0;
    for (int i = 0; i < candidates.size(); i++) {
      BalancerMember member = candidates.get(i);
      double load = (double) member.bytes() / member.weight();
      if (best == null || load < least) {
        best = member;
        least = load;
      }
    }
    return best;
  }
}
