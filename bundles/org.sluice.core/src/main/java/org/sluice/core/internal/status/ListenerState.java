package org.sluice.core.internal.status;

import org.sluice.core.internal.config.read.Problem;

/**
 * A listener for tables.
 *
 * @param key as the configuration names it
 * @param address where it is bound, with the real port; null if it is not open
 * @param connections open now
 * @param accepted so far
 * @param problem why it is not open, or null
 */
public record ListenerState(
    String key, String address, int connections, long accepted, Problem problem) {}
