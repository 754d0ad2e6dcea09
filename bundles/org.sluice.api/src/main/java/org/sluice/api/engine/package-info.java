/**
 * The seam between the HTTP engine (listeners, wire) and the core (sites, routes, plug-ins).
 * Plug-ins do not need it.
 */
@Export
@Version("1.0.0")
package org.sluice.api.engine;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
