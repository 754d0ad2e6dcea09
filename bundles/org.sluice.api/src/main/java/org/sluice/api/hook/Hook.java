package org.sluice.api.hook;

import org.osgi.annotation.versioning.ConsumerType;
import org.sluice.api.config.Options;
import org.sluice.api.handler.PluginKind;
import org.sluice.api.http.Exchange;

/**
 * Called in one phase of every exchange; phase, name and order are properties ({@link SluiceHook}).
 *
 * <p>Order: relations ({@code before}, {@code after}) first, then {@code order}, lower first, then
 * {@code service.id}. Every hook of a phase is called until one stops the exchange.
 */
@ConsumerType
@PluginKind(name = "hook", property = "sluice.hook.phase")
public interface Hook {

  /**
   * Does its part. Called on the event loop; must not block; {@link Verdict#later} is for what
   * waits.
   *
   * @param options of the route; of the site before routing; never null
   * @return never null. A hook that throws fails the exchange with 500, in phase {@link Phase#DONE}
   *     it is logged
   */
  Verdict call(Exchange exchange, Options options);
}
