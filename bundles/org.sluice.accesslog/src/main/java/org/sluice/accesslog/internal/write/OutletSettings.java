package org.sluice.accesslog.internal.write;

import java.time.Duration;

/**
 * How lines wait for their writer.
 *
 * @param writer name of the writer
 * @param buffer bytes that may wait while the writer keeps up
 * @param flush longest wait of a line while the writer keeps up
 * @param queue bytes that may wait when the writer does not keep up
 * @param block whether requests wait when the queue is nearly full, instead of lines being dropped
 * @param blockWait longest wait of a request
 */
public record OutletSettings(
    String writer, int buffer, Duration flush, int queue, boolean block, Duration blockWait) {}
