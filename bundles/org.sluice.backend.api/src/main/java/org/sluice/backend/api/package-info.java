/** Balancers: how one of several members is chosen for a request. */
@Export
@Version("1.0.0")
package org.sluice.backend.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
