package org.sluice.core.internal.config;

import java.nio.file.Path;
import java.util.List;
import org.sluice.api.config.Options;
import org.sluice.api.route.Site;

/** A site with its routes, in one snapshot. Immutable; any thread. */
public final class SiteNode implements Site {
  private final SiteInfo info;
  private final RouteTree tree;
  private final String[] errorPages = new String[200];

  SiteNode(SiteInfo info, RouteTree tree) {
    this.info = info;
    this.tree = tree;
    info.options()
        .family("error.")
        .forEach((status, page) -> errorPages[Integer.parseInt(status) - 400] = page);
  }

  /**
   * The site without its routes: the object that {@link RouteNode#site()} gives, the same as long
   * as the site's own file says the same.
   */
  public SiteInfo info() {
    return info;
  }

  @Override
  public String name() {
    return info.name();
  }

  @Override
  public List<String> hosts() {
    return info.hosts();
  }

  @Override
  public Path root() {
    return info.root();
  }

  @Override
  public Options options() {
    return info.options();
  }

  /** Why the site answers 503: its file is bad and has no last good state. Else null. */
  public String unavailable() {
    return info.unavailable();
  }

  /** The file. */
  public String origin() {
    return info.origin();
  }

  /**
   * The route of a path: the longest {@code path}, and within it the first that matches. Allocates
   * the result and nothing else unless a regular expression has to be tried.
   *
   * @param decodedPath begins with {@code /}; decoded once, dot segments and double slashes removed
   * @return null if no route matches
   */
  public RouteMatch match(String decodedPath) {
    return tree.match(decodedPath);
  }

  /** All routes that a request can reach, in the order of their paths and of trial. */
  public List<RouteNode> routes() {
    return tree.routes();
  }

  /** {@code error.STATUS} of the site, or null. */
  public String errorPage(int status) {
    return status >= 400 && status < 600 ? errorPages[status - 400] : null;
  }

  @Override
  public String toString() {
    return info.toString();
  }
}
