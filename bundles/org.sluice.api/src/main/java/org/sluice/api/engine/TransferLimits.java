package org.sluice.api.engine;

import java.time.Duration;

/**
 * Limits that depend on the route; zero means none.
 *
 * @param body longest request body in bytes ({@code limit.body})
 * @param bodyTimeout without progress of the request body ({@code timeout.body})
 * @param writeTimeout without progress of the response ({@code timeout.write})
 */
public record TransferLimits(long body, Duration bodyTimeout, Duration writeTimeout) {}
