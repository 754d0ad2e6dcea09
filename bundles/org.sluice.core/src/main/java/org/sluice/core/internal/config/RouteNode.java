package org.sluice.core.internal.config;

import java.util.Arrays;
import org.sluice.api.engine.TransferLimits;
import org.sluice.api.route.Route;
import org.sluice.api.route.Target;
import org.sluice.core.internal.config.rules.PathPattern;

/**
 * A route as it is effective in one site. Immutable; the same object in the next snapshot when
 * nothing effective changed.
 */
public final class RouteNode implements Route {

  /**
   * What a route is made of.
   *
   * @param name NAME of the file
   * @param site in which it is effective
   * @param path prefix
   * @param pattern {@code match=}, or null
   * @param target null when excluded or unavailable
   * @param mappedPath path of the route that named the target
   * @param excluded {@code target=!}
   * @param unavailable why it answers 503, or null
   * @param origin the file
   * @param global whether it holds for all sites
   */
  record Parts(
      String name,
      SiteInfo site,
      String path,
      PathPattern pattern,
      Target target,
      String mappedPath,
      boolean excluded,
      String unavailable,
      String origin,
      boolean global) {}

  private final Parts parts;
  private final EffectiveOptions options;
  private final String[] guards;
  private final TransferLimits limits;
  private final RouteNode tooCostly;

  RouteNode(Parts parts, EffectiveOptions options, String[] guards) {
    this.parts = parts;
    this.options = options;
    this.guards = guards.clone();
    this.limits =
        new TransferLimits(
            options.size("limit.body"),
            options.duration("timeout.body"),
            options.duration("timeout.write"));
    this.tooCostly =
        parts.pattern() == null ? null : new RouteNode(blocked(parts), options, guards);
  }

  private static Parts blocked(Parts p) {
    String reason = "match= of " + p.origin() + " took too long on the path of this request";
    return new Parts(
        p.name(), p.site(), p.path(), null, null, p.path(), false, reason, p.origin(), p.global());
  }

  @Override
  public String name() {
    return parts.name();
  }

  @Override
  public SiteInfo site() {
    return parts.site();
  }

  @Override
  public String path() {
    return parts.path();
  }

  /** The text of {@code match=}, or null. */
  public String pattern() {
    return parts.pattern() == null ? null : parts.pattern().text();
  }

  PathPattern regex() {
    return parts.pattern();
  }

  /** {@inheritDoc} Null when {@link #excluded()} or {@link #unavailable()}. */
  @Override
  public Target target() {
    return parts.target();
  }

  /** Scheme of the target, or null when there is none. */
  public String scheme() {
    return parts.target() == null ? null : parts.target().scheme();
  }

  @Override
  public String mappedPath() {
    return parts.mappedPath();
  }

  @Override
  public EffectiveOptions options() {
    return options;
  }

  /** The file, for example {@code etc/org.sluice.route~x.cfg}. */
  public String origin() {
    return parts.origin();
  }

  /** Whether the file names no site. */
  public boolean global() {
    return parts.global();
  }

  /** Limits of requests on this route. */
  public TransferLimits limits() {
    return limits;
  }

  /** Plug-ins without which the route answers 503, for example {@code access}; in order. */
  public String[] guards() {
    return guards.clone();
  }

  /** Whether there is nothing to guard: a shortcut without an array. */
  public boolean unguarded() {
    return guards.length == 0;
  }

  /** {@code target=!}: the path is taken out, there is nothing here. */
  public boolean excluded() {
    return parts.excluded();
  }

  /**
   * Why the route answers 503, or null. Its file, or one from which it inherits and which may hold
   * a guard, is bad and has no last good state.
   */
  public String unavailable() {
    return parts.unavailable();
  }

  /** What answers in its place when the regular expression runs out of steps. */
  RouteNode tooCostly() {
    return tooCostly;
  }

  /** Whether nothing effective differs; the site is compared by identity. */
  boolean sameEffect(RouteNode other) {
    return parts.equals(other.parts)
        && Arrays.equals(guards, other.guards)
        && options.sameEffect(other.options);
  }

  @Override
  public String toString() {
    return "route " + parts.name();
  }
}
