package org.sluice.cgi.api;

import java.nio.file.Path;
import java.util.Objects;
import org.sluice.api.config.Options;

/**
 * A script that is about to be run. Immutable.
 *
 * @param path real path of a regular file below the route's root: absolute, without links
 * @param suffix what of its name begins with the last dot, for example {@code .pl}; empty without
 *     one
 * @param options of the route
 */
public record CgiScript(Path path, String suffix, Options options) {
  /** Checks that all are given. */
  public CgiScript {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(suffix, "suffix");
    Objects.requireNonNull(options, "options");
  }

  /** For that file. */
  public static CgiScript of(Path path, Options options) {
    String name = path.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return new CgiScript(path, dot < 0 ? "" : name.substring(dot), options);
  }
}
