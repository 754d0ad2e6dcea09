package org.sluice.core.internal.config;

import java.time.Duration;

/**
 * Settings of {@code org.sluice.core.cfg}.
 *
 * @param pluginHold how long requests wait for a name that just vanished
 * @param pluginDrain how long a plug-in's end waits for its exchanges
 * @param startWait how long listeners wait for schemes and guards in use
 * @param stopWait how long open exchanges may go on at the end
 * @param workers threads for blocking work; 0: by the number of processors
 * @param serverHeader value of the {@code Server} field, or null for none
 */
public record CoreSettings(
    Duration pluginHold,
    Duration pluginDrain,
    Duration startWait,
    Duration stopWait,
    int workers,
    String serverHeader) {}
