package org.sluice.core.internal.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.core.internal.config.keys.Catalog;
import org.sluice.core.internal.config.rules.Known;
import org.sluice.testing.Processes;
import org.sluice.testing.RunningProcess;

/** {@code sluice check} tells why a receiver that is there cannot work. */
class ReceiverProbeTest {
  private static final Known KNOWN =
      Known.of(
          Set.of("fd", "file"),
          Set.of("flush", "raw"),
          Set.of("classic", "scgi", "json", "sluice", "datagram"));

  private final Processes processes = new Processes();
  private ServerSocketChannel stream;
  @TempDir private Path base;

  @AfterEach
  void close() throws Exception {
    processes.close();
    if (stream != null) {
      stream.close();
    }
  }

  private List<String> check(String... route) throws Exception {
    new Base(base, new Catalog()).site("a", "listen=127.0.0.1:8080").route("r", route);
    return Checker.check(base, new Catalog(), KNOWN);
  }

  private void assertReason(String reason, String... route) throws Exception {
    List<String> printed = check(route);
    assertEquals(1, printed.size(), printed.toString());
    String line = printed.get(0);
    assertTrue(line.startsWith("error ") && line.contains("org.sluice.route~r.cfg"), line);
    assertTrue(line.contains("run/a.sock cannot work: ") && line.contains(reason), line);
  }

  private Path socket() throws Exception {
    Path path = Files.createDirectories(base.resolve("run")).resolve("a.sock");
    stream = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    stream.bind(UnixDomainSocketAddress.of(path));
    return path;
  }

  private void packetSocket() throws Exception {
    pythonSocket("SOCK_SEQPACKET", "s.listen(9)");
  }

  private void pythonSocket(String type, String then) throws Exception {
    Path path = Files.createDirectories(base.resolve("run")).resolve("a.sock");
    python(path.toString(), type, then + "; print('ready',flush=True); sys.stdin.read()");
  }

  private RunningProcess python(String path, String type, String then) throws Exception {
    String script =
        "import socket,sys\n"
            + ("s=socket.socket(socket.AF_UNIX,socket." + type + ")\n")
            + ("s.bind(sys.argv[1]); " + then + "\n");
    RunningProcess process = processes.start("python3", "-c", script, path);
    process.awaitLine("ready", Duration.ofSeconds(10));
    return process;
  }

  /** The first connection that a receiver gets, bound from its own folder, is not the check's. */
  private void assertUntouched(Path folder, String bound, String type, String... route)
      throws Exception {
    Files.createDirectories(base.resolve("run"));
    processes.in(folder);
    RunningProcess receiver =
        python(
            bound,
            type,
            "s.listen(9); print('ready',flush=True); c,_=s.accept();"
                + " print('got',c.recv(9),flush=True)");
    assertEquals(List.of(), check(route));
    RunningProcess client =
        processes.start(
            "python3",
            "-c",
            "import socket,sys\n"
                + ("s=socket.socket(socket.AF_UNIX,socket." + type + ")\n")
                + "s.connect(sys.argv[1]); s.send(b'client'); s.close()",
            base.resolve("run/a.sock").toString());
    assertEquals("got b'client'", receiver.awaitLine("got.*", Duration.ofSeconds(10)).group());
    client.kill();
    receiver.kill();
    Files.delete(base.resolve("run/a.sock"));
  }

  @Test
  void receiversThatCanWorkOrAreNotThereYet() throws Exception {
    assertEquals(List.of(), check("target=fd:run/a.sock", "dialect=sluice"));
    socket();
    assertEquals(List.of(), check("target=fd:run/a.sock"));
    assertEquals(List.of(), check("target=fd:run/", "dialect=scgi"));
  }

  @Test
  void packetReceiversThatCanWork() throws Exception {
    packetSocket();
    assertEquals(List.of(), check("target=fd:run/a.sock", "dialect=sluice"));
    assertEquals(List.of(), check("target=fd:run/a.sock", "dialect=json"));
  }

  @Test
  void anotherTypeOfSocketThanTheDialects() throws Exception {
    socket();
    assertReason("the dialect sluice needs SOCK_SEQPACKET", "target=fd:run/", "dialect=sluice");
    assertReason("the dialect json needs", "target=fd:run/a.sock", "dialect=json");
  }

  @Test
  void packetsWhereTheDialectHasNone() throws Exception {
    packetSocket();
    assertReason("no SOCK_STREAM socket; the dialect classic", "target=fd:run/a.sock");
    assertReason("the dialect scgi needs one", "target=fd:run/a.sock", "dialect=scgi");
  }

  /** The receiver in docs/hand-off.md would not survive a connection without a message. */
  @Test
  void noReceiverIsConnected() throws Exception {
    Path socket = socket();
    stream.configureBlocking(false);
    assertEquals(List.of(), check("target=fd:run/a.sock"));
    assertReason("the dialect sluice needs", "target=fd:run/a.sock", "dialect=sluice");
    assertNull(stream.accept());
    stream.close();
    Files.delete(socket);

    assertUntouched(base, "run/a.sock", "SOCK_STREAM", "target=fd:run/");
    assertUntouched(base, "./run/../run/a.sock", "SOCK_STREAM", "target=fd:run/a.sock");
    assertUntouched(base.resolve("run"), "a.sock", "SOCK_STREAM", "target=fd:run/a.sock");
    assertUntouched(
        Files.createDirectories(base.resolve("etc")),
        "../run/a.sock",
        "SOCK_SEQPACKET",
        "target=fd:run/a.sock",
        "dialect=json");
  }

  /** Bound through a link to a folder, as {@code /var/run} is one. */
  @Test
  void norThroughALinkToItsFolder() throws Exception {
    Files.createSymbolicLink(base.resolve("link"), Path.of("run"));
    assertUntouched(
        base, base.resolve("link/a.sock").toString(), "SOCK_STREAM", "target=fd:run/a.sock");
  }

  @Test
  void relativePathsOfTheWrongType() throws Exception {
    Files.createDirectories(base.resolve("run"));
    processes.in(base);
    RunningProcess receiver =
        python(
            "run/a.sock", "SOCK_SEQPACKET", "s.listen(9); print('ready',flush=True); s.accept()");
    assertReason("no SOCK_STREAM socket; the dialect classic", "target=fd:run/a.sock");
    assertTrue(receiver.alive());
  }

  /** Whose path the kernel tells otherwise, it has to be asked itself. */
  @Test
  void socketsThatWereMovedAreConnected() throws Exception {
    Path socket = socket();
    Files.move(socket, base.resolve("run/b.sock"));
    stream.configureBlocking(false);
    assertEquals(List.of(), check("target=fd:run/b.sock"));
    try (SocketChannel probe = stream.accept()) {
      assertNotNull(probe);
    }
    List<String> printed = check("target=fd:run/b.sock", "dialect=sluice");
    assertTrue(printed.get(0).contains("needs SOCK_SEQPACKET"), printed.toString());
  }

  @Test
  void nobodyListens() throws Exception {
    socket();
    stream.close();
    assertTrue(Files.exists(base.resolve("run/a.sock")));
    assertEquals(List.of(), check("target=fd:run/a.sock", "dialect=sluice"));
  }

  @Test
  void usersWhoAreNotThere() throws Exception {
    List<String> printed =
        check("target=fd:run/a.sock", "handoff.allow-users=root,12345,no-such-user");
    assertEquals(1, printed.size(), printed.toString());
    assertTrue(printed.get(0).startsWith("warning "), printed.get(0));
    assertTrue(printed.get(0).contains("cfg:2 handoff.allow-users=no-such-user: no such user"));
  }

  @Test
  void datagrams() throws Exception {
    pythonSocket("SOCK_DGRAM", "0");
    assertReason(
        "it is a SOCK_DGRAM socket; the dialect sluice needs SOCK_SEQPACKET",
        "target=fd:run/a.sock",
        "dialect=sluice");
    assertReason("server name only", "target=fd:run/a.sock", "dialect=datagram");
  }

  @Test
  void aFolderAboveThatEverybodyMayChange() throws Exception {
    Path socket = socket();
    Files.setPosixFilePermissions(socket.getParent(), PosixFilePermissions.fromString("rwx------"));
    Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertReason("a folder above it is writable by others", "target=fd:run/a.sock");
  }

  @Test
  void filesAndLinksAndFoldersOfEverybody() throws Exception {
    Path file = Files.createDirectories(base.resolve("run")).resolve("a.sock");
    Files.writeString(file, "no socket");
    assertReason("it is not a socket", "target=fd:run/a.sock");
    Files.delete(file);

    Path socket = socket();
    Files.setPosixFilePermissions(socket.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
    assertReason("its folder is writable by others", "target=fd:run/a.sock");
    assertEquals(List.of(), check("target=fd:run/a.sock", "handoff.socket-check=off"));

    Files.setPosixFilePermissions(socket.getParent(), PosixFilePermissions.fromString("rwx------"));
    Files.move(socket, base.resolve("run/b.sock"));
    Files.createSymbolicLink(socket, Path.of("b.sock"));
    assertReason("symbolic link", "target=fd:run/a.sock");
    assertEquals(List.of(), check("target=fd:run/a.sock", "handoff.links=on"));
  }

  @Test
  void socketsOfOtherUsers() throws Exception {
    assumeTrue(
        "root".equals(System.getProperty("user.name")), "only root can make files of other users");
    Path socket = socket();
    Files.setAttribute(socket, "unix:uid", 12_345);
    assertReason("it belongs to user 12345", "target=fd:run/a.sock");
    assertEquals(List.of(), check("target=fd:run/a.sock", "handoff.allow-users=12345"));
  }

  @Test
  void permissions() throws Exception {
    assumeTrue(!"root".equals(System.getProperty("user.name")), "root may write wherever it wants");
    Path socket = socket();
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("---------"));
    assertReason("permission denied", "target=fd:run/a.sock");
  }
}
