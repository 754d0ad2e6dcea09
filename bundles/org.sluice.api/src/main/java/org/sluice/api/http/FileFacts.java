package org.sluice.api.http;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;

/**
 * What is known of the file behind an exchange, as of the moment it was looked up. Links are
 * resolved in {@code path}, and it lies below the route's root.
 *
 * <p>Whoever hands out the same object again says that the file is in the same state as then; one
 * that may have changed needs a new one. What others derived from the file is kept on that word.
 *
 * @param path absolute
 * @param size in bytes
 * @param modified time of last modification
 * @param type media type without parameters, or null when unknown
 * @param ownerExecutable whether the owner may execute it (XBitHack)
 * @param groupExecutable whether the group may execute it (XBitHack full)
 */
public record FileFacts(
    Path path,
    long size,
    Instant modified,
    String type,
    boolean ownerExecutable,
    boolean groupExecutable) {
  /** Checks that path and time are given. */
  public FileFacts {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(modified, "modified");
  }
}
