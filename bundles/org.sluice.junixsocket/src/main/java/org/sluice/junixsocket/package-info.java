/** Passing of descriptors by number over AF_UNIX sockets, on junixsocket's natives. */
@Export
@Version("1.0.0")
package org.sluice.junixsocket;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
