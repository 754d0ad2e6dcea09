package org.sluice.api.http;

/**
 * What {@link Exchange#call} does with a plug-in.
 *
 * @param <P> the kind of plug-in
 * @param <R> the result
 */
@FunctionalInterface
public interface PluginCall<P, R> {

  /**
   * Uses the plug-in; called once.
   *
   * @throws HandlerException passed on as it is: a refusal, not a fault of the plug-in
   */
  R with(P plugin) throws HandlerException;
}
