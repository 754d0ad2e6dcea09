package org.sluice.api.handler;

import org.sluice.api.http.Headers;
import org.sluice.api.route.Route;

/**
 * What an application's response asks for; exactly one of {@code receiver} and {@code path} is not
 * null.
 *
 * @param receiver the configured receiver: the route of that name, or of that socket, whose target
 *     is {@code fd:}
 * @param path path of a receiver's socket, as the application wrote it
 * @param data for the receiver, as characters U+0000 to U+00FF, or null
 * @param fields of the response, for dialects that carry them: with what its route adds, sets and
 *     removes, without those that describe the connection or the content, and without those that
 *     ask
 */
public record HandoverAsked(Route receiver, String path, String data, Headers fields) {}
