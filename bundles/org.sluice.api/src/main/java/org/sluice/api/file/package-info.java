/**
 * From a decoded request path to a file: the one place where handlers that serve files or run
 * programs decide what a path may name.
 */
@Export
@Version("1.0.0")
package org.sluice.api.file;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
