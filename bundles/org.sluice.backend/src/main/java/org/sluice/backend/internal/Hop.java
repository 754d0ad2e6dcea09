package org.sluice.backend.internal;

/**
 * One backend that a request may be sent to.
 *
 * @param backend where to connect
 * @param host of the target, for the Host field
 * @param base path of a member's own target, which comes before the route's; empty otherwise
 * @param member of a balancer, or null
 */
record Hop(Backend backend, String host, String base, Member member) {}
