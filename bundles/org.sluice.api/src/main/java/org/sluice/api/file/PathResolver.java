package org.sluice.api.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Objects;

/**
 * Finds the file that a path names below a root, and never anything outside of it.
 *
 * <p>The path is decoded and normalised already ({@link org.sluice.api.http.Exchange#path()},
 * {@link org.sluice.api.route.Match#rest()}): this class decodes nothing, so that nothing is
 * decoded twice. It walks from the root, one segment at a time, looks at each with a call that
 * follows no link, and stops at the first that is a regular file: what is left is path information.
 * The walk never goes up; {@code ..} is refused wherever it stands.
 *
 * <p>Names that begin with {@code .ht} are always refused, other names that begin with a dot unless
 * {@code dotFiles} is set; this holds for the path and for what links lead to, not for path
 * information. A root that is a regular file answers for the empty path (and gives path information
 * for others), as an alias of a single file does.
 *
 * <p>Immutable; any thread. {@link #resolve} asks the file system each time, so that renamed
 * folders and switched links are seen at once: it blocks and belongs on a worker.
 */
public final class PathResolver {
  /** Longest name of a file on Linux file systems, in bytes; saves calls that must fail. */
  private static final int MAX_NAME = 255;

  private final Path root;
  private final LinkPolicy links;
  private final boolean dotFiles;

  /**
   * A resolver for that root, which need not exist.
   *
   * @param root made absolute; may be or hold links, which are followed
   * @param links what becomes of links below the root
   * @param dotFiles whether names that begin with a dot (but {@code .ht}) may be served
   */
  public PathResolver(Path root, LinkPolicy links, boolean dotFiles) {
    this.root = root.toAbsolutePath();
    this.links = Objects.requireNonNull(links, "links");
    this.dotFiles = dotFiles;
  }

  /** The root as given, absolute. */
  public Path root() {
    return root;
  }

  /**
   * Looks the path up. Blocks.
   *
   * @param path decoded, with or without a leading slash; runs of slashes count as one. Empty or
   *     {@code /} is the root itself
   * @return a file, a directory or a refusal; never null
   */
  public ResolvedPath resolve(String path) {
    Path at = root;
    try {
      Path base = root.toRealPath();
      at = base;
      PosixFileAttributes attributes = look(base);
      int start = 0;
      int end = 0;
      while (attributes.isDirectory()) {
        start = afterSlashes(path, end);
        if (start == path.length()) {
          return ResolvedPath.found(at, attributes, path, start);
        }
        end = segmentEnd(path, start);
        PathRefusal bad = judge(path, start, end);
        if (bad != null) {
          return ResolvedPath.refused(bad, at, "refused by its name: " + clean(path, start, end));
        }
        at = at.resolve(path.substring(start, end));
        attributes = look(at);
        if (attributes.isSymbolicLink()) {
          Path target = at.toRealPath();
          ResolvedPath no = refuse(base, at, target);
          if (no != null) {
            return no;
          }
          at = target;
          attributes = look(at);
        }
      }
      return attributes.isRegularFile()
          ? ResolvedPath.found(at, attributes, path, end)
          : ResolvedPath.refused(PathRefusal.SPECIAL, at, "neither a regular file nor a directory");
    } catch (InvalidPathException e) {
      return ResolvedPath.refused(PathRefusal.NOT_FOUND, at, "no file can have this name");
    } catch (IOException e) {
      return ResolvedPath.refused(reason(e), at, e.toString());
    }
  }

  private static PosixFileAttributes look(Path path) throws IOException {
    return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static int afterSlashes(String path, int from) {
    int i = from;
    while (i < path.length() && path.charAt(i) == '/') {
      i++;
    }
    return i;
  }

  private static int segmentEnd(String path, int start) {
    int end = path.indexOf('/', start);
    return end < 0 ? path.length() : end;
  }

  /** The refusal that the name alone decides, or null. */
  private PathRefusal judge(CharSequence path, int start, int end) {
    if (end - start > MAX_NAME) {
      return PathRefusal.NOT_FOUND;
    }
    for (int i = start; i < end; i++) {
      if (path.charAt(i) == 0) {
        return PathRefusal.BAD_NAME;
      }
    }
    if (path.charAt(start) != '.') {
      return null;
    }
    if (end - start == 1 || (end - start == 2 && path.charAt(start + 1) == '.')) {
      return PathRefusal.BAD_NAME;
    }
    return dotFiles && !isHt(path, start, end) ? null : PathRefusal.HIDDEN;
  }

  /** {@code .ht} in any case: some file systems compare names without case. */
  private static boolean isHt(CharSequence path, int start, int end) {
    return end - start >= 3
        && (path.charAt(start + 1) | 0x20) == 'h'
        && (path.charAt(start + 2) | 0x20) == 't';
  }

  /** The refusal of a link that leads to {@code target}, or null if it may be followed. */
  private ResolvedPath refuse(Path base, Path link, Path target) throws IOException {
    if (links == LinkPolicy.OFF) {
      return ResolvedPath.refused(PathRefusal.LINK, link, "a symbolic link, and links=off");
    }
    if (!target.startsWith(base)) {
      return ResolvedPath.refused(PathRefusal.OUTSIDE, link, "leads out of " + base);
    }
    if (links == LinkPolicy.OWNER && !owner(link).equals(owner(target))) {
      return ResolvedPath.refused(
          PathRefusal.LINK, link, "its owner is not the target's, and links=owner");
    }
    for (Path name : base.relativize(target)) {
      String text = name.toString();
      if (!text.isEmpty() && judge(text, 0, text.length()) != null) {
        return ResolvedPath.refused(PathRefusal.HIDDEN, link, "leads to a hidden name");
      }
    }
    return null;
  }

  private static Object owner(Path path) throws IOException {
    return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }

  private static PathRefusal reason(IOException e) {
    if (e instanceof NoSuchFileException || e instanceof NotDirectoryException) {
      return PathRefusal.NOT_FOUND;
    }
    if (e instanceof AccessDeniedException) {
      return PathRefusal.DENIED;
    }
    String why = e instanceof FileSystemException f ? String.valueOf(f.getReason()) : "";
    if (why.contains("name too long") || why.contains("Not a directory")) {
      return PathRefusal.NOT_FOUND;
    }
    return why.contains("symbolic links") ? PathRefusal.LINK : PathRefusal.FAILED;
  }

  /** For the log: no byte of a client's goes there unless it is printable ASCII. */
  private static String clean(String path, int start, int end) {
    StringBuilder out = new StringBuilder();
    for (int i = start; i < Math.min(end, start + 80); i++) {
      char c = path.charAt(i);
      out.append(c < 0x20 || c > 0x7e ? '?' : c);
    }
    return out.toString();
  }
}
