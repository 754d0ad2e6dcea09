package org.sluice.core.internal.config;

import java.util.regex.MatchResult;
import org.sluice.api.route.Match;

/** A route and what the request's path gave against it. Immutable. */
public final class RouteMatch implements Match {
  private final RouteNode route;
  private final String path;
  private final MatchResult groups;

  RouteMatch(RouteNode route, String path, MatchResult groups) {
    this.route = route;
    this.path = path;
    this.groups = groups;
  }

  @Override
  public RouteNode route() {
    return route;
  }

  @Override
  public String rest() {
    return path.substring(route.mappedPath().length());
  }

  @Override
  public String group(int index) {
    return groups == null || index < 0 || index > groups.groupCount() ? null : groups.group(index);
  }
}
