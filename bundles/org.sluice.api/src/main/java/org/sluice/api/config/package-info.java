/** Options of sites and routes, and the annotations by which a plug-in declares its own. */
@Export
@Version("1.0.0")
package org.sluice.api.config;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
