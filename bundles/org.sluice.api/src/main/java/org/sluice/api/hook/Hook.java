package org.sluice.api.hook;

import org.osgi.annotation.versioning.ConsumerType;
import org.sluice.api.config.Options;
import org.sluice.api.handler.PluginKind;
import org.sluice.api.http.Exchange;

/**
 * Called in one phase of every exchange; phase, name and order are properties ({@link SluiceHook}).
 *
 * <p><b>Order.</b> Relations ({@code before}, {@code after}) first, then {@code order}, lower
 * first, then {@code service.id}. A name that nobody has is ignored; one that several hooks have
 * means all of them. Of a cycle the log names every member, and the relations of the member with
 * the lowest {@code service.ranking} are ignored.
 *
 * <p><b>All are called</b>, until one stops the exchange. Hooks do not outrank one another; but of
 * one name in two versions of one bundle only the higher version's is called, so that a newer
 * version beside the stock one takes its place.
 *
 * <p><b>Dynamics.</b> An exchange keeps the hooks that were there when it began until it reaches
 * its handler; until it has ended if one of them added a {@linkplain Exchange#filter filter} or
 * asked for {@link Exchange#ended}. Phase {@code done} calls those that are there then.
 *
 * <p><b>Guards.</b> While any hook that a bundle's component descriptions announce is missing,
 * routes that carry a guarding option of that bundle answer 503.
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
