package org.sluice.files.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.sluice.api.http.Body;
import org.sluice.api.http.FileRegion;
import org.sluice.api.http.Headers;

/**
 * One representation of a file: itself, or a sibling that holds it compressed. Immutable; the
 * fields of its answers are made once.
 *
 * @param path real path
 * @param stamp its state
 * @param encoding content coding, or null for none
 * @param tag strong entity tag with its quotes
 * @param headers fields of a 200
 * @param notModified fields of a 304 (RFC 9110 section 15.4.5)
 * @param content the bytes, or null if they are read from the file for every answer
 */
record Variant(
    Path path,
    Stamp stamp,
    String encoding,
    String tag,
    Headers headers,
    Headers notModified,
    byte[] content) {

  long size() {
    return stamp.size();
  }

  /**
   * The whole as a body of its own; reads the file where it is not in memory, see {@link #open}.
   */
  Body body() throws IOException {
    return content != null ? Body.of(content) : region(0, size());
  }

  /** A part of a file that is not in memory. */
  FileRegion region(long first, long length) throws IOException {
    return new FileRegion(open(), first, length);
  }

  /**
   * Opens the file and makes sure that it is the one described. Blocks.
   *
   * @throws ChangedException if it is another one, or has changed
   */
  FileChannel open() throws IOException {
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    boolean same = false;
    try {
      same = channel.size() == size() && Stamp.of(path).equals(stamp);
    } finally {
      if (!same) {
        channel.close();
      }
    }
    if (!same) {
      throw new ChangedException();
    }
    return channel;
  }
}
