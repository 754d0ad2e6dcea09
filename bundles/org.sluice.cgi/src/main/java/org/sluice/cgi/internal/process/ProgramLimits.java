package org.sluice.cgi.internal.process;

/**
 * Times and sizes of one run; durations in nanoseconds, 0 for none.
 *
 * @param idle longest time without progress
 * @param lifetime longest time in all
 * @param killAfter from SIGTERM to SIGKILL
 * @param errorBytes most bytes of standard error that are logged
 */
public record ProgramLimits(long idle, long lifetime, long killAfter, long errorBytes) {}
