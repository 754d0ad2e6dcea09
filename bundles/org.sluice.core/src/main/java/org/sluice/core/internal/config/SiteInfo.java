package org.sluice.core.internal.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.sluice.api.route.Site;

/**
 * What a site file says, without the site's routes: a route added to a site leaves this, and with
 * it the other routes of the site, as they are. Immutable.
 *
 * @param name NAME of the file
 * @param hosts names in lower case; empty for the default site
 * @param root absolute
 * @param options of the site
 * @param unavailable why the site answers 503, or null
 * @param origin the file
 */
public record SiteInfo(
    String name,
    List<String> hosts,
    Path root,
    EffectiveOptions options,
    String unavailable,
    String origin)
    implements Site {

  /** Whether nothing effective differs. */
  boolean sameEffect(SiteInfo other) {
    return name.equals(other.name)
        && hosts.equals(other.hosts)
        && root.equals(other.root)
        && Objects.equals(unavailable, other.unavailable)
        && options.sameEffect(other.options);
  }

  /** Sites are compared by identity: one object as long as nothing effective changes. */
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return "site " + name;
  }
}
