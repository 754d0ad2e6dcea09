package org.sluice.backend.api;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.sluice.api.config.Options;
import org.sluice.api.handler.PluginKind;
import org.sluice.api.http.Exchange;

/**
 * Chooses one of the members that may serve a request, published with {@link SluiceBalancerMethod}.
 *
 * <p>Sets, standbys, spares, drained and failed members, sticky sessions and retries are the
 * balancer's business: a method only sees members that are fit for this request, and is asked again
 * with those that are left when an attempt failed.
 */
@ConsumerType
@PluginKind(name = "balancer-method", property = "sluice.balancer.method")
public interface BalancerMethod {

  /**
   * Chooses. Called on the exchange's event loop; must not block. Several loops may call at a time
   * with the same members.
   *
   * @param exchange the request; for methods that look at it, such as {@code hash}
   * @param options of the route that matched
   * @param candidates at least one, in the order of their names; never changed while this runs
   * @return one of {@code candidates}; anything else is a fault of the method (500)
   */
  BalancerMember choose(
      Exchange exchange, Options options, List<? extends BalancerMember> candidates);
}
