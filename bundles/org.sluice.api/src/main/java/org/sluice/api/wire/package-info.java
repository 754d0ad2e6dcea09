/**
 * The grammar of HTTP/1.1 messages (RFC 9110 section 5.6, RFC 9112 sections 2, 5 and 7), written
 * once: whoever reads a message from a client, a backend or a program judges bytes by these classes
 * and no other, so that no two readers of the front take one message differently. What a message
 * means is its reader's business. Nothing here holds state; any thread.
 */
@Export
@Version("1.0.0")
package org.sluice.api.wire;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
