package org.sluice.handoff.api;

/**
 * What a receiver reports at the end of a lease.
 *
 * @param status of its response, 0 if it wrote none
 * @param written bytes written to the client, head included
 * @param body bytes of the response body
 * @param read bytes of the request body read from the socket, those sent along not counted
 */
public record LeaseReport(int status, long written, long body, long read) {}
