/**
 * Hand-off: what the client gets before its socket is passed, how the passing is written on the
 * local socket, and the socket itself as it crosses from the server to the hand-off.
 */
@Export
@Version("1.0.0")
package org.sluice.handoff.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
