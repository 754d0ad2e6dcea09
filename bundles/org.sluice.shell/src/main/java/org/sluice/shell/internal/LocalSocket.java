package org.sluice.shell.internal;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening AF_UNIX socket that only its owner can connect to. It is bound in a folder of mode
 * 0700 and moved from there when its own mode is 0600, so there is no moment in which others could
 * use it, whatever the umask; the move replaces what an earlier run left behind.
 */
final class LocalSocket {
  private static final Logger LOG = LoggerFactory.getLogger(LocalSocket.class);
  private static final int BACKLOG = 16;

  private final Path path;
  private final ServerSocketChannel channel;
  private final Object key;

  private LocalSocket(Path path, ServerSocketChannel channel, Object key) {
    this.path = path;
    this.channel = channel;
    this.key = key;
  }

  static LocalSocket bind(Path path) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path hidden =
        Files.createTempDirectory(
            folder,
            ".s",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path first = hidden.resolve("s");
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.bind(UnixDomainSocketAddress.of(shortest(first)), BACKLOG);
      Files.setPosixFilePermissions(first, PosixFilePermissions.fromString("rw-------"));
      Files.move(first, path, StandardCopyOption.ATOMIC_MOVE);
      return new LocalSocket(path, channel, key(path));
    } catch (IOException e) {
      channel.close();
      Files.deleteIfExists(first);
      throw e;
    } finally {
      Files.deleteIfExists(hidden);
    }
  }

  /** An address is limited to 107 bytes, and the base usually is the working directory. */
  private static Path shortest(Path path) {
    Path here = Path.of("").toAbsolutePath();
    return path.startsWith(here) ? here.relativize(path) : path;
  }

  private static Object key(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  SocketChannel accept() throws IOException {
    return channel.accept();
  }

  /** Whether a file is there; another instance's own counts, as it was put there later. */
  boolean isReachable() {
    return Files.exists(path);
  }

  /** Stops listening and removes the file, unless another instance has put its own there. */
  void close() {
    try {
      channel.close();
      if (Files.exists(path) && key(path).equals(key)) {
        Files.delete(path);
      }
    } catch (IOException e) {
      LOG.warn("{}: cannot be removed: {}", path, e.toString());
    }
  }
}
