/**
 * Handlers finish an exchange for one target scheme; the rules that hold for every kind of plug-in
 * are on {@link org.sluice.api.handler.PluginKind}.
 */
@Export
@Version("1.0.0")
package org.sluice.api.handler;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
