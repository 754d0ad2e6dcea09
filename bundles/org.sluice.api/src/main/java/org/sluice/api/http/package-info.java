/**
 * Exchange, requests, responses and bodies: what a plug-in sees of HTTP (RFC 9110, RFC 9112).
 *
 * <p>An {@link org.sluice.api.http.Exchange} is asynchronous at its core. Bodies are pulled by
 * their consumer ({@link org.sluice.api.http.Body#read()}), so a slow client stops the producer and
 * a slow producer costs no thread of the event loop.
 */
@Export
@Version("1.0.0")
package org.sluice.api.http;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
