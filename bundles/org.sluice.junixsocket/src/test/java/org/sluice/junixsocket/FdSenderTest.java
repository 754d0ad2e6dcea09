package org.sluice.junixsocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketPair;
import org.newsclub.net.unix.RawDescriptors;

class FdSenderTest {
  @TempDir Path dir;

  static Stream<Arguments> buffers() {
    byte[] large = new byte[8_192];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) i;
    }
    return Stream.of(
        Arguments.of(ByteBuffer.wrap(new byte[] {0}), new byte[] {0}),
        Arguments.of(ByteBuffer.wrap("xxhead".getBytes(UTF_8), 2, 4), "head".getBytes(UTF_8)),
        Arguments.of(direct("..tail").position(2), "tail".getBytes(UTF_8)),
        Arguments.of(direct("ro").asReadOnlyBuffer(), "ro".getBytes(UTF_8)),
        Arguments.of(ByteBuffer.wrap(large), large));
  }

  @ParameterizedTest
  @MethodSource("buffers")
  void passesBytesAndDescriptorInOneMessage(ByteBuffer data, byte[] expected) throws IOException {
    Path file = Files.writeString(dir.resolve("passed"), "through another descriptor");
    try (Pair pair = new Pair();
        FileInputStream in = new FileInputStream(file.toFile())) {
      int sent = FdSender.send(pair.socket(), data, RawDescriptors.number(in.getFD()));

      assertEquals(expected.length, sent);
      assertEquals(0, data.remaining());
      assertArrayEquals(expected, pair.receive());
      FileDescriptor[] passed = pair.right.getReceivedFileDescriptors();
      assertEquals(1, passed.length);
      try (FileInputStream received = new FileInputStream(passed[0])) {
        assertEquals("through another descriptor", new String(received.readAllBytes(), UTF_8));
      }
      assertTrue(in.getFD().valid());
    }
  }

  @Test
  void passesSeveralDescriptorsAndNone() throws IOException {
    try (Pair pair = new Pair();
        FileInputStream in = new FileInputStream("/dev/null")) {
      int fd = RawDescriptors.number(in.getFD());
      assertEquals(1, FdSender.send(pair.socket(), direct("a"), fd, fd, fd));
      assertEquals("a", new String(pair.receive(), UTF_8));
      FileDescriptor[] three = pair.right.getReceivedFileDescriptors();
      assertEquals(3, three.length);
      for (FileDescriptor descriptor : three) {
        RawDescriptors.close(descriptor);
      }
      assertEquals(1, FdSender.send(pair.socket(), direct("b")));
      assertEquals("b", new String(pair.receive(), UTF_8));
      assertEquals(0, pair.right.getReceivedFileDescriptors().length);
    }
  }

  @Test
  void fullQueueKeepsBytesAndDescriptorForTheNextCall() throws IOException {
    try (Pair pair = new Pair();
        FileInputStream in = new FileInputStream("/dev/null")) {
      ByteBuffer filler = ByteBuffer.allocateDirect(4_096);
      while (FdSender.send(pair.socket(), filler.clear()) > 0) {}

      ByteBuffer data = direct("!");
      int fd = RawDescriptors.number(in.getFD());
      assertEquals(0, FdSender.send(pair.socket(), data, fd));
      assertEquals(1, data.remaining());

      pair.drain();
      assertEquals(0, pair.right.getReceivedFileDescriptors().length);
      assertEquals(1, FdSender.send(pair.socket(), data, fd));
      assertEquals("!", new String(pair.receive(), UTF_8));
      assertEquals(1, pair.right.getReceivedFileDescriptors().length);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void peerGoneIsReportedAndThatTheSocketIsClosed(boolean unread) throws IOException {
    try (Pair pair = new Pair()) {
      if (unread) {
        FdSender.send(pair.socket(), direct("never read"));
      }
      pair.right.close();
      int socket = pair.socket();
      Object file = Files.getAttribute(Path.of("/proc/self/fd/" + socket), "unix:ino");
      // a reset is reported once, then the closed connection
      ErrnoException e =
          assertThrows(ErrnoException.class, () -> FdSender.send(socket, direct("x"), socket));
      assertEquals(Errno.EPIPE, e.errno());
      assertTrue(e.getMessage().startsWith("sendmsg: EPIPE"), e.getMessage());
      assertTrue(e.socketClosed());
      assertFalse(isStillThere(socket, file), "neither closed nor the caller's");
      RawDescriptors.setNumber(pair.left.getFileDescriptor(), -1);
    }
  }

  private static boolean isStillThere(int number, Object file) throws IOException {
    try {
      return file.equals(Files.getAttribute(Path.of("/proc/self/fd/" + number), "unix:ino"));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of("not open", 1_000_000, 0, Errno.EBADF, true),
        Arguments.of("no socket", -2, 0, Errno.ENOTSOCK, false),
        Arguments.of("passed number not open", -1, 1_000_000, Errno.EBADF, true));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void refusalsAreDistinguished(String what, int socket, int passed, Errno expected, boolean closed)
      throws IOException {
    try (Pair pair = new Pair();
        FileInputStream in = new FileInputStream("/dev/null")) {
      int file = RawDescriptors.number(in.getFD());
      int target = socket == -1 ? pair.socket() : socket == -2 ? file : socket;
      ErrnoException e =
          assertThrows(
              ErrnoException.class,
              () -> FdSender.send(target, direct("x"), passed == 0 ? file : passed));
      assertEquals(expected, e.errno(), e::getMessage);
      assertEquals(closed, e.socketClosed());
      if (socket == -1) {
        RawDescriptors.setNumber(pair.left.getFileDescriptor(), -1);
      }
      assertEquals(0, pair.drain());
      assertTrue(in.getFD().valid());
    }
  }

  @Test
  void connectionEndsAtOnceWhenTheCallerCloses() throws IOException {
    try (Pair pair = new Pair()) {
      FdSender.send(pair.socket(), direct("x"));
      assertEquals(1, pair.receive().length);
      pair.left.close();
      assertEquals(
          -1, pair.right.read(ByteBuffer.allocate(1)), "a duplicate kept the connection open");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 254})
  void impossibleArgumentsAreRefused(int descriptors) {
    int[] numbers = descriptors < 0 ? new int[] {-1} : new int[descriptors];
    assertThrows(IllegalArgumentException.class, () -> FdSender.send(0, direct("x"), numbers));
    assertThrows(IllegalArgumentException.class, () -> FdSender.send(0, ByteBuffer.allocate(0)));
    assertThrows(IllegalArgumentException.class, () -> FdSender.send(-1, direct("x")));
  }

  @Test
  void passesWhileTheDescriptorTableIsFull() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(
            "sh",
            "-c",
            "ulimit -n 256; exec \"$@\"",
            "sh",
            java,
            "-cp",
            System.getProperty("java.class.path"),
            FullTable.class.getName());
    builder.redirectErrorStream(true).redirectOutput(dir.resolve("out").toFile());
    Process process = builder.start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), Files.readString(dir.resolve("out")));
  }

  static ByteBuffer direct(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  /** Two connected non-blocking stream sockets. */
  static final class Pair implements AutoCloseable {
    final AFUNIXSocketChannel left;
    final AFUNIXSocketChannel right;

    Pair() throws IOException {
      AFUNIXSocketPair<AFUNIXSocketChannel> pair = AFUNIXSocketPair.open();
      left = pair.getSocket1();
      right = pair.getSocket2();
      left.configureBlocking(false);
      right.configureBlocking(false);
      right.setAncillaryReceiveBufferSize(1_024);
    }

    int socket() throws IOException {
      return RawDescriptors.number(left.getFileDescriptor());
    }

    byte[] receive() throws IOException {
      ByteBuffer buffer = ByteBuffer.allocate(65_536);
      right.read(buffer);
      buffer.flip();
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes;
    }

    int drain() throws IOException {
      int total = 0;
      for (int n = receive().length; n > 0; n = receive().length) {
        total += n;
      }
      return total;
    }

    @Override
    public void close() throws IOException {
      left.close();
      right.close();
    }
  }
}
