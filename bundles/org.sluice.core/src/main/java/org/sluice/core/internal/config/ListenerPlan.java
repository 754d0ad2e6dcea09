package org.sluice.core.internal.config;

import org.sluice.api.engine.ListenerSpec;

/**
 * A listener that the sites ask for.
 *
 * @param key the address as text, for example {@code 127.0.0.1:8080}, {@code [::1]:8080} or {@code
 *     *:8080}; names the listener from one snapshot to the next
 * @param spec address and limits
 * @param file of the first site, for messages
 * @param line of its {@code listen=}
 */
public record ListenerPlan(String key, ListenerSpec spec, String file, int line) {
  /** Where it stands, for messages. */
  public String origin() {
    return file + ":" + line;
  }
}
