/** CGI: the extension point that turns a script into the argument vector of a program. */
@Export
@Version("1.0.0")
package org.sluice.cgi.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
