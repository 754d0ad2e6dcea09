/**
 * Test kit: everything a plug-in's unit test needs without a framework, a server or a kernel socket
 * ({@link org.sluice.testing.MemoryExchange}, {@link org.sluice.testing.MapOptions}), and what
 * black-box tests need around real ones ({@link org.sluice.testing.RawHttpClient}, {@link
 * org.sluice.testing.Processes}).
 *
 * <p>Failed expectations are {@link AssertionError}s, so the kit works with any test framework and
 * depends on none.
 */
@Export
@Version("1.0.0")
package org.sluice.testing;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
