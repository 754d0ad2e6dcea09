package org.sluice.api.route;

import org.osgi.annotation.versioning.ProviderType;
import org.sluice.api.config.Options;

/**
 * A path of one site, its target and effective options. A route file that holds for all sites
 * appears once per site, because options inherit along the path within a site. Immutable.
 */
@ProviderType
public interface Route {

  /** NAME of {@code etc/org.sluice.route~NAME.cfg}. */
  String name();

  /** The site in which the route is effective. */
  Site site();

  /** The path prefix, normalised, for example {@code /fd/}. */
  String path();

  /**
   * The target; inherited when the file names none, then {@link #mappedPath()} is inherited with
   * it.
   */
  Target target();

  /** The path of the route that named the target: what comes after it is {@link Match#rest()}. */
  String mappedPath();

  /** Effective options: own, inherited along the path, of the site, defaults. */
  Options options();
}
