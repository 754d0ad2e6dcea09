package org.sluice.receiver.internal;

import java.io.FileDescriptor;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.newsclub.net.unix.DescriptorSockets;
import org.sluice.receiver.ReceiverOptions;

/**
 * The file of a listening socket: appears with its final mode, takes the place of a dead
 * receiver's, never of a living one's or of anything else, and goes only if it is still the one
 * that was made.
 */
final class SocketFile {
  private static final int LONGEST = 107;
  private static final int TYPE_MASK = 0170000;
  private static final int TYPE_SOCKET = 0140000;

  private final Path path;
  private final Object key;

  private SocketFile(Path path, Object key) {
    this.path = path;
    this.key = key;
  }

  /** Makes the file and has {@code socket} listen at it. */
  static SocketFile listen(FileDescriptor socket, Path path, ReceiverOptions options)
      throws IOException {
    checkPath(path);
    removeDead(path);
    DescriptorSockets.bind(socket, path);
    SocketFile file = new SocketFile(path, keyOf(path));
    try {
      // Between bind and listen every connect is refused, so the wrong mode harms nobody.
      Files.setPosixFilePermissions(path, options.mode());
      DescriptorSockets.listen(socket, options.backlog());
      return file;
    } catch (IOException e) {
      file.delete();
      throw e;
    }
  }

  /** Removes the file unless another receiver has put its own there. */
  void delete() throws IOException {
    if (key.equals(keyOf(path))) {
      Files.deleteIfExists(path);
    }
  }

  private static void checkPath(Path path) throws IOException {
    int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length == 0 || length > LONGEST) {
      throw new IOException(
          "Socket path " + path + " has " + length + " bytes; allowed: 1 to " + LONGEST);
    }
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new NoSuchFileException(path.toString(), null, "its directory does not exist");
    }
  }

  private static void removeDead(Path path) throws IOException {
    Object found = keyOf(path);
    if (found == null) {
      return;
    }
    int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    if ((mode & TYPE_MASK) != TYPE_SOCKET) {
      throw new FileAlreadyExistsException(
          path.toString(), null, "it is no socket; remove it or choose another path");
    }
    if (isLiving(path)) {
      throw new BindException("A living receiver listens at " + path + " already");
    }
    // Moved away first: if another receiver was quicker, it gets its new file back.
    Path aside = path.resolveSibling(path.getFileName() + "." + ProcessHandle.current().pid());
    Files.move(path, aside);
    if (found.equals(keyOf(aside))) {
      Files.delete(aside);
    } else {
      Files.move(aside, path);
      throw new BindException("Another receiver has just started at " + path);
    }
  }

  private static boolean isLiving(Path path) throws IOException {
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      // Non-blocking, since a living receiver with a full queue would keep a connect waiting.
      probe.configureBlocking(false);
      probe.connect(UnixDomainSocketAddress.of(path));
      return true;
    } catch (ConnectException e) {
      return false;
    } catch (SocketException e) {
      // A full queue or missing permission: no proof that nobody listens.
      return true;
    }
  }

  private static Object keyOf(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }
}
