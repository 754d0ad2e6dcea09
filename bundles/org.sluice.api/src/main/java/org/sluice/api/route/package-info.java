/** Sites, routes and targets: where a request was sent and with which options. */
@Export
@Version("1.0.0")
package org.sluice.api.route;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
