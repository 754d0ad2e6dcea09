package org.sluice.fdpass.internal;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Threat T12's other side: nobody but allowed users can put a listener where clients are sent. */
class SocketRulesTest {
  private final Users own = Users.of(List.of(), new ArrayList<>());
  @TempDir private Path folder;
  private Path socket;

  @BeforeEach
  void bind() throws IOException {
    socket = Files.createDirectories(folder.resolve("above/run")).resolve("a.sock");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
    }
  }

  private static void mode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private void assertFine(Path path, boolean links) {
    assertDoesNotThrow(() -> SocketRules.check(path.toString(), own, links));
  }

  private void assertReason(String reason, Path path) {
    ReceiverException e =
        assertThrows(ReceiverException.class, () -> SocketRules.check(path.toString(), own, false));
    assertEquals(reason, e.getMessage());
    assertNotEquals(ReceiverException.Kind.BUSY, e.kind());
  }

  @Test
  void socketOfOurOwn() {
    assertFine(socket, false);
  }

  @Test
  void whatIsNoSocket() throws IOException {
    Path file = Files.writeString(socket.resolveSibling("file"), "");

    assertReason("is not a socket", file);
    assertReason("is not a socket", socket.getParent());
    assertReason("no such file", socket.resolveSibling("absent"));
    assertReason("no such file", folder.resolve("absent/a.sock"));
  }

  @Test
  void linksAreFollowedOnDemand() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link.sock"), socket);

    assertReason("is a symbolic link, and handoff.links is off", link);
    assertFine(link, true);
    // A link to the folder is no link in the last component.
    Path linked = Files.createSymbolicLink(folder.resolve("linked"), socket.getParent());
    assertFine(linked.resolve("a.sock"), false);
  }

  @Test
  void foldersThatOthersMayWrite() throws IOException {
    mode(socket.getParent(), "rwxrwxrwx");
    assertReason("its folder is writable by others: " + socket.getParent().toRealPath(), socket);

    mode(socket.getParent(), "rwxrwx--x");
    mode(folder.resolve("above"), "rwxr-xrwx");
    assertReason(
        "a folder above it is writable by others: " + folder.resolve("above").toRealPath(), socket);
  }

  @Test
  void linkDoesNotHideAnOpenFolder() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link.sock"), socket);
    mode(socket.getParent(), "rwxrwxrwx");

    assertThrows(ReceiverException.class, () -> SocketRules.check(link.toString(), own, true));
  }

  @Test
  void ownersMatter() throws IOException {
    assumeTrue(Users.ownUid() == 0, "needs root to change owners");
    Files.setAttribute(socket, "unix:uid", 4321);
    assertReason(
        "belongs to user 4321; handoff.allow-users allows this process's user (0) and root",
        socket);

    Files.setAttribute(socket, "unix:uid", 0);
    Files.setAttribute(socket.getParent(), "unix:uid", 4321);
    assertReason(
        "its folder belongs to user 4321; handoff.allow-users allows this process's user (0) and"
            + " root",
        socket);
  }
}
