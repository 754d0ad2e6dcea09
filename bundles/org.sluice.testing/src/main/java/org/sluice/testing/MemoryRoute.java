package org.sluice.testing;

import org.sluice.api.config.Options;
import org.sluice.api.route.Route;
import org.sluice.api.route.Site;
import org.sluice.api.route.Target;

/**
 * A route for tests.
 *
 * @param name its name
 * @param site its site
 * @param path its path prefix
 * @param target its target, or null
 * @param mappedPath path of the route that named the target
 * @param options its effective options
 */
public record MemoryRoute(
    String name, Site site, String path, Target target, String mappedPath, Options options)
    implements Route {
  /** A route called {@code test} of a site called {@code main}, without options. */
  public static MemoryRoute of(String path, String target) {
    return new MemoryRoute(
        "test", MemorySite.named("main"), path, Target.parse(target), path, MapOptions.of());
  }

  /** The same under another name. */
  public MemoryRoute withName(String newName) {
    return new MemoryRoute(newName, site, path, target, mappedPath, options);
  }

  /** The same on another site. */
  public MemoryRoute withSite(Site newSite) {
    return new MemoryRoute(name, newSite, path, target, mappedPath, options);
  }

  /** The same with a target inherited from the route of that path. */
  public MemoryRoute withMappedPath(String newMappedPath) {
    return new MemoryRoute(name, site, path, target, newMappedPath, options);
  }

  /** The same with these options. */
  public MemoryRoute withOptions(Options newOptions) {
    return new MemoryRoute(name, site, path, target, mappedPath, newOptions);
  }
}
