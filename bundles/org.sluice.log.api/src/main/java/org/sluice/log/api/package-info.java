/** Access logs: items of formats, writers, and notice of streams that ended elsewhere. */
@Export
@Version("1.0.0")
package org.sluice.log.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
