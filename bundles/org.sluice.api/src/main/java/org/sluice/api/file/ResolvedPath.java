package org.sluice.api.file;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import org.sluice.api.http.HandlerException;

/**
 * What a path turned out to be: a regular file, perhaps with path information behind it, a
 * directory, or the reason why it is neither. As of the moment it was looked up; the file may have
 * changed since. Immutable; any thread.
 */
public final class ResolvedPath {
  private final Path path;
  private final PosixFileAttributes attributes;
  private final String name;
  private final String pathInfo;
  private final PathRefusal refusal;
  private final String detail;

  private ResolvedPath(
      Path path,
      PosixFileAttributes attributes,
      String name,
      String pathInfo,
      PathRefusal refusal,
      String detail) {
    this.path = path;
    this.attributes = attributes;
    this.name = name;
    this.pathInfo = pathInfo;
    this.refusal = refusal;
    this.detail = detail;
  }

  static ResolvedPath found(Path path, PosixFileAttributes attributes, String asked, int end) {
    return new ResolvedPath(
        path, attributes, asked.substring(0, end), asked.substring(end), null, null);
  }

  static ResolvedPath refused(PathRefusal refusal, Path at, String why) {
    return new ResolvedPath(null, null, "", "", refusal, at + ": " + why);
  }

  /** Whether it is a regular file. */
  public boolean isFile() {
    return refusal == null && attributes.isRegularFile();
  }

  /** Whether it is a directory; {@link #pathInfo()} is empty then. */
  public boolean isDirectory() {
    return refusal == null && attributes.isDirectory();
  }

  /** Why it is refused, or null if it is a file or a directory. */
  public PathRefusal refusal() {
    return refusal;
  }

  /**
   * The refusal as an exception for {@link org.sluice.api.http.Exchange#fail}; its message names
   * the file and the reason, for the log.
   *
   * @throws IllegalStateException if nothing was refused
   */
  public HandlerException failure() {
    if (refusal == null) {
      throw new IllegalStateException("nothing was refused: " + path);
    }
    return new HandlerException(refusal.status(), refusal.code(), detail);
  }

  /**
   * The real path: absolute, without links, the root or below it. Null if refused. Nobody can
   * promise that it stays so: open it with {@link java.nio.file.LinkOption#NOFOLLOW_LINKS}.
   */
  public Path path() {
    return path;
  }

  /** Attributes of {@link #path()}; null if refused. */
  public PosixFileAttributes attributes() {
    return attributes;
  }

  /**
   * The part of the given path that names the file or directory, as given, a leading slash
   * included; a directory's with the final slash if one was given. Empty if refused.
   */
  public String name() {
    return name;
  }

  /**
   * What follows the file's name in the given path (PATH_INFO, RFC 3875 section 4.1.5): empty, or
   * begins with a slash. A file's name with a slash behind it has the path information {@code /}.
   */
  public String pathInfo() {
    return pathInfo;
  }

  @Override
  public String toString() {
    return refusal != null
        ? refusal + " " + detail
        : path + (pathInfo.isEmpty() ? "" : " + " + pathInfo);
  }
}
