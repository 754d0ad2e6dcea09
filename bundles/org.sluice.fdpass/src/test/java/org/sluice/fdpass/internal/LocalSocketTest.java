package org.sluice.fdpass.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.handoff.api.DialectTraits.SocketType;

/** Who owns the descriptor of a connection whose receiver has gone. */
class LocalSocketTest {
  @TempDir private Path dir;

  @BeforeAll
  static void loadNetty() {
    Epoll.ensureAvailability();
  }

  @Test
  void aSocketThatTheLibraryHasClosedIsNotClosedAgain() throws Exception {
    Path path = dir.resolve("a.sock");
    LocalSocket local;
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      local =
          LocalSocket.connect(
              new DomainSocketAddress(path.toString()),
              SocketType.STREAM,
              ByteBuffer.allocateDirect(64).order(ByteOrder.nativeOrder()));
    }
    int number = local.socket().intValue();

    ReceiverException e =
        assertThrows(
            ReceiverException.class, () -> local.pass(ByteBuffer.allocateDirect(1), number));
    assertEquals(ReceiverException.Kind.LOST, e.kind());

    List<FileInputStream> others = new ArrayList<>();
    try {
      // Somebody else gets the number: the lowest that is free, unless another thread was first.
      for (int i = 0; i < 64 && !"/dev/zero".equals(target(number)); i++) {
        others.add(new FileInputStream("/dev/zero"));
      }
      assertEquals("/dev/zero", target(number), "still a socket: it leaked");

      local.close();

      assertEquals("/dev/zero", target(number), "a stranger's descriptor was closed");
    } finally {
      for (FileInputStream other : others) {
        other.close();
      }
    }
  }

  private static String target(int number) throws IOException {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/" + number)).toString();
    } catch (NoSuchFileException e) {
      return null;
    }
  }
}
