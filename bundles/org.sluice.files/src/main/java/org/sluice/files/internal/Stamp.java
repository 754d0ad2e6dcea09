package org.sluice.files.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;

/**
 * What tells one state of a file from another. The time of the last change of the inode is part of
 * it, because it cannot be set back: content that was replaced by a file of the same length and
 * time (rsync, cp -p) is seen.
 *
 * @param device number of the file system
 * @param inode number of the file in it
 * @param size in bytes
 * @param modified last modification of the content
 * @param changed last change of content or attributes
 * @param mode permission bits
 */
record Stamp(long device, long inode, long size, FileTime modified, FileTime changed, int mode) {
  /** The state of a file now, links not followed. Blocks. */
  static Stamp of(Path path) throws IOException {
    Map<String, Object> all =
        Files.readAttributes(
            path, "unix:dev,ino,size,lastModifiedTime,ctime,mode", LinkOption.NOFOLLOW_LINKS);
    return new Stamp(
        (Long) all.get("dev"),
        (Long) all.get("ino"),
        (Long) all.get("size"),
        (FileTime) all.get("lastModifiedTime"),
        (FileTime) all.get("ctime"),
        (Integer) all.get("mode"));
  }

  /** Seconds since 1970, as in {@code Last-Modified}, which must not be in the future. */
  long seconds() {
    return Math.min(modified.toInstant().getEpochSecond(), System.currentTimeMillis() / 1000);
  }
}
