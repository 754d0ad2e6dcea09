/** Hooks are called in one phase of every exchange (access control, identification, logging). */
@Export
@Version("1.0.0")
package org.sluice.api.hook;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
