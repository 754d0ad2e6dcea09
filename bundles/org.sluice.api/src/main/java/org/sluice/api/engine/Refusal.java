package org.sluice.api.engine;

/**
 * Why the engine refuses a request. The connection is closed after the answer.
 *
 * @param status 400, 408, 413, 414, 417, 421, 431, 501 or 505
 * @param reason for the log, without bytes of the client that could forge a line
 */
public record Refusal(int status, String reason) {}
