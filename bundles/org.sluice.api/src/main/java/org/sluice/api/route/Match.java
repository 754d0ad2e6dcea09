package org.sluice.api.route;

import org.osgi.annotation.versioning.ProviderType;

/** What a request's path gave against a route. Immutable. */
@ProviderType
public interface Match {

  /** The route. */
  Route route();

  /** The decoded path behind {@link Route#mappedPath()}; may be empty, never null. */
  String rest();

  /**
   * Text of a capture group of {@code match=}, or null if the group took no part or there is no
   * {@code match=}. Group 0 is the whole match.
   */
  String group(int index);
}
