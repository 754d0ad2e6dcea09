/** The status snapshot: tables that every part of the front contributes and the shell prints. */
@Export
@Version("1.0.0")
package org.sluice.api.status;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
