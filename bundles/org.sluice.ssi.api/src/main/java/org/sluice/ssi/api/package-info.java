/**
 * Server-side includes: an element is a service, and everything it may ask of its page is in {@link
 * org.sluice.ssi.api.SsiContext}.
 */
@Export
@Version("1.0.0")
package org.sluice.ssi.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
