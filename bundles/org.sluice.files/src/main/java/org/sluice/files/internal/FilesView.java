package org.sluice.files.internal;

import java.util.List;
import org.sluice.api.config.Options;
import org.sluice.api.file.LinkPolicy;
import org.sluice.api.http.HandlerException;
import org.sluice.api.route.Route;

/** The options of a route as fields, read once. */
final class FilesView {
  final List<String> index;
  final boolean listing;
  final boolean precompressed;
  final boolean dotFiles;
  final boolean pathInfo;
  final LinkPolicy links;
  final String cacheControl;
  final String charset;
  final String unknownType;
  final MediaTypes types;
  final long memory;
  final long revalidateNanos;
  private volatile Root root;

  FilesView(Options options) {
    index = options.list("index");
    listing = options.flag("listing");
    precompressed = options.flag("precompressed");
    dotFiles = options.flag("dotfiles");
    pathInfo = options.text("path-info").equals("on");
    links = LinkPolicy.of(options.text("links"));
    cacheControl = options.text("cache-control");
    String set = options.text("charset");
    charset = set.equals("off") ? "" : set;
    String type = options.text("files.type");
    unknownType = type.equals("none") ? null : type;
    types = new MediaTypes(options.family("files.type."));
    memory = options.size("files.memory");
    revalidateNanos = options.duration("files.revalidate").toNanos();
  }

  /** The folder of the route, which is known only with its first request. */
  Root root(Route route, FileCache cache) throws HandlerException {
    Root known = root;
    if (known == null || known.route() != route) {
      known = Root.of(route, this, cache);
      root = known;
    }
    return known;
  }
}
