package org.sluice.backend.internal;

import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.sluice.api.config.Options;
import org.sluice.api.http.Exchange;
import org.sluice.backend.api.BalancerMember;
import org.sluice.backend.api.BalancerMethod;
import org.sluice.backend.api.SluiceBalancerMethod;

/** Method {@code bybusyness}: the fewest running requests; among equals as {@code byrequests}. */
@Component(service = BalancerMethod.class)
@SluiceBalancerMethod("bybusyness")
public final class ByBusyness implements BalancerMethod {

  @Override
  public BalancerMember choose(
      Exchange exchange, Options options, List<? extends BalancerMember> candidates) {
    int least = Integer.MAX_VALUE;
    List<BalancerMember> best = new ArrayList<>(candidates.size());
    for (int i = 0; i < candidates.size(); i++) {
      BalancerMember member = candidates.get(i);
      int running = member.running();
      if (running < least) {
        best.clear();
        least = running;
      }
      if (running == least) {
        best.add(member);
      }
    }
    return best.size() == 1 ? best.get(0) : ByRequests.next(best);
  }
}
