package org.sluice.api.http;

import java.util.Map;
import java.util.Objects;

/**
 * A request that a page makes of the front itself. It runs as {@code GET} (or {@code HEAD}) with
 * the parent's client, site and header fields but those that describe a body, a range or a
 * condition, and passes the same hooks as a client's request for that path.
 *
 * @param target path and optional query, percent-encoded; a relative one is resolved against the
 *     parent's path
 * @param method {@code GET} or {@code HEAD}; {@code POST} with {@link Attributes#KEPT_BODY}
 * @param attributes what the subrequest's exchange carries from its beginning, before any hook;
 *     copied, names and values not null
 */
public record Subrequest(String target, String method, Map<String, Object> attributes) {
  /** Checks that all are given. */
  public Subrequest {
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(method, "method");
    attributes = Map.copyOf(attributes);
  }

  /** Without attributes. */
  public Subrequest(String target, String method) {
    this(target, method, Map.of());
  }

  /** A {@code GET} of that target. */
  public static Subrequest get(String target) {
    return new Subrequest(target, "GET");
  }

  /** The same with one more attribute. */
  public Subrequest with(String name, Object value) {
    Map<String, Object> more = new java.util.HashMap<>(attributes);
    more.put(name, value);
    return new Subrequest(target, method, more);
  }
}
