package org.sluice.receiver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SocketFileTest {
  private static final ReceiverOptions OPTIONS = ReceiverOptions.defaults();

  @TempDir Path folder;

  private static Receiver open(Path path) throws IOException {
    return Receiver.open(path, OPTIONS, handOff -> {});
  }

  private static ServerSocketChannel plain(Path path, int backlog) throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(path), backlog);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-------", "rw-rw----", "rw-rw-rw-", "rwxrwxrwx"})
  void modeIsAsAsked(String mode) throws IOException {
    Path path = folder.resolve("app.sock");
    try (Receiver receiver = Receiver.open(path, OPTIONS.mode(mode), handOff -> {})) {
      String found = PosixFilePermissions.toString(Files.getPosixFilePermissions(receiver.path()));
      assertEquals(mode, found);
    }
    assertFalse(Files.exists(path));
  }

  @Test
  void modeIsPrivateByDefault() throws IOException {
    try (Receiver receiver = open(folder.resolve("app.sock"))) {
      assertEquals(
          PosixFilePermissions.fromString("rw-------"),
          Files.getPosixFilePermissions(receiver.path()));
    }
  }

  @Test
  void replacesWhatADeadReceiverLeft() throws IOException {
    Path path = folder.resolve("app.sock");
    plain(path, 1).close();
    assertTrue(Files.exists(path));
    try (Receiver receiver = open(path);
        SocketChannel front = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      assertTrue(front.isConnected());
      assertEquals(path, receiver.path());
    }
    try (var left = Files.list(folder)) {
      assertEquals(0, left.count());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void refusesALivingReceiver(boolean queueIsFull) throws IOException {
    Path path = folder.resolve("app.sock");
    try (ServerSocketChannel other = plain(path, 1);
        SocketChannel first = connect(path, queueIsFull);
        SocketChannel second = connect(path, queueIsFull);
        SocketChannel third = connect(path, queueIsFull)) {
      String message = assertThrows(BindException.class, () -> open(path)).getMessage();
      assertEquals("A living receiver listens at " + path + " already", message);
      assertTrue(other.isOpen());
      assertTrue(Files.exists(path));
    }
  }

  private static SocketChannel connect(Path path, boolean wanted) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.configureBlocking(false);
    try {
      if (wanted) {
        channel.connect(UnixDomainSocketAddress.of(path));
      }
    } catch (SocketException e) {
      assertEquals("Resource temporarily unavailable", e.getMessage());
    }
    return channel;
  }

  @ParameterizedTest
  @CsvSource({"file", "folder", "link"})
  void refusesEverythingElse(String kind) throws IOException {
    Path path = folder.resolve("app.sock");
    switch (kind) {
      case "file" -> Files.writeString(path, "precious");
      case "folder" -> Files.createDirectory(path);
      default -> Files.createSymbolicLink(path, folder.resolve("nowhere"));
    }
    String message = assertThrows(FileAlreadyExistsException.class, () -> open(path)).getMessage();
    assertEquals(path + ": it is no socket; remove it or choose another path", message);
    if (kind.equals("file")) {
      assertEquals("precious", Files.readString(path));
    }
  }

  @Test
  void pathsThatCannotBe() {
    Path tooLong = folder.resolve("x".repeat(108));
    String message = assertThrows(IOException.class, () -> open(tooLong)).getMessage();
    assertTrue(message.endsWith(" bytes; allowed: 1 to 107"), message);
    Path nowhere = folder.resolve("none/app.sock");
    message = assertThrows(NoSuchFileException.class, () -> open(nowhere)).getMessage();
    assertEquals(nowhere + ": its directory does not exist", message);
  }

  @Test
  void longestPathWorks() throws IOException {
    int room = 107 - folder.toString().length() - 1;
    try (Receiver receiver = open(folder.resolve("x".repeat(room)))) {
      assertTrue(Files.exists(receiver.path()));
    }
  }

  @Test
  void closeLeavesAnothersFileAlone() throws IOException {
    Path path = folder.resolve("app.sock");
    Receiver receiver = open(path);
    Files.delete(path);
    try (ServerSocketChannel other = plain(path, 1)) {
      receiver.close();
      assertTrue(other.isOpen() && Files.exists(path));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, threads=0 is not allowed: 1 to 10000",
    "10001, threads=10001 is not allowed: 1 to 10000"
  })
  void optionsOutOfRange(int threads, String message) {
    Exception e = assertThrows(IllegalArgumentException.class, () -> OPTIONS.threads(threads));
    assertEquals(message, e.getMessage());
    e =
        assertThrows(
            IllegalArgumentException.class, () -> OPTIONS.messageTimeout(Duration.ofHours(2)));
    assertEquals("messageTimeout (ms)=7200000 is not allowed: 1 to 3600000", e.getMessage());
  }
}
