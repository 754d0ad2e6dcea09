/** Handler of {@code file:} targets: {@link org.sluice.files.internal.FilesHandler}. */
package org.sluice.files.internal;
