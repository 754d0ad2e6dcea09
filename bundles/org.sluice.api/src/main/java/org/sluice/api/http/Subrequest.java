package org.sluice.api.http;

import java.util.Objects;

/**
 * A request that a page makes of the front itself. It runs as {@code GET} (or {@code HEAD}) with
 * the parent's client, site and header fields but those that describe a body, a range or a
 * condition.
 *
 * @param target path and optional query, percent-encoded; a relative one is resolved against the
 *     parent's path
 * @param method {@code GET} or {@code HEAD}
 */
public record Subrequest(String target, String method) {
  /** Checks that both are given. */
  public Subrequest {
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(method, "method");
  }

  /** A {@code GET} of that target. */
  public static Subrequest get(String target) {
    return new Subrequest(target, "GET");
  }
}
