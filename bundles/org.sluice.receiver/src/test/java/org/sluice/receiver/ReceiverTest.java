package org.sluice.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ReceiverTest {
  private static final ReceiverOptions OPTIONS = ReceiverOptions.defaults();
  private static final int CLOEXEC = 02000000;
  private static final ByteBuffer HELLO = ByteBuffer.wrap("hello".getBytes(UTF_8));

  @TempDir Path folder;

  @BeforeAll
  static void needsPython() {
    Front.assumeProgram("python3", "-c", "import socket; socket.send_fds");
  }

  private Receiver open(HandOffListener listener) throws IOException {
    return open(OPTIONS, listener);
  }

  private Receiver open(ReceiverOptions options, HandOffListener listener) throws IOException {
    return Receiver.open(folder.resolve("app.sock"), options, listener);
  }

  private static void hello(HandOff handOff) throws IOException {
    try (HandedSocket client = handOff.accept()) {
      client.write(HELLO.duplicate());
      client.finish();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 3_000_000})
  void clientReadsExactlyWhatIsWritten(int size) throws Exception {
    byte[] body = new byte[size];
    new Random(size).nextBytes(body);
    BlockingQueue<Object> seen = new ArrayBlockingQueue<>(3);
    HandOffListener listener =
        handOff -> {
          seen.add(handOff.dialect());
          seen.add(handOff.message());
          try (HandedSocket client = handOff.accept()) {
            seen.add(client.remoteAddress().getPort());
            assertEquals(size, client.write(ByteBuffer.wrap(body)));
            client.finish();
          }
        };
    try (Receiver receiver = open(listener)) {
      List<String> words = Front.run(receiver.path(), "one", 0);
      assertEquals(List.of("end", "non-blocking"), words.subList(0, 2));
      assertEquals("end", words.get(3));
      assertArrayEquals(body, Base64.getDecoder().decode(words.get(4)));
      assertEquals("classic", seen.take());
      assertEquals(ByteBuffer.wrap(new byte[1]), seen.take());
      assertEquals(Integer.valueOf(words.get(2)), seen.take());
      assertEquals(1, receiver.counts().handedOff());
    }
  }

  @Test
  void directBufferIsWrittenWhole() throws Exception {
    ByteBuffer body = ByteBuffer.allocateDirect(500_000);
    HandOffListener listener =
        handOff -> {
          HandedSocket client = handOff.accept();
          client.write(body);
          client.finish();
        };
    try (Receiver receiver = open(listener)) {
      List<String> words = Front.run(receiver.path(), "one", 0);
      assertEquals(500_000, Base64.getDecoder().decode(words.get(4)).length);
      assertFalse(body.hasRemaining());
    }
  }

  @Test
  void furtherBytesAndDescriptorsAreIgnored() throws Exception {
    int before = sockets();
    try (Receiver receiver = open(ReceiverTest::hello)) {
      List<String> words = Front.run(receiver.path(), "message", 0);
      assertEquals(List.of("end", "end", "aGVsbG8="), words);
      assertEquals(1, receiver.counts().handedOff());
    }
    Front.await("no descriptor left", () -> sockets() <= before);
  }

  /** T12: exactly one descriptor, or all are closed. */
  @ParameterizedTest
  @CsvSource({
    "descriptors, 0, withoutDescriptor",
    "descriptors, 2, severalDescriptors",
    "descriptors, 60, severalDescriptors",
    "descriptors, 61, severalDescriptors",
    "descriptors, 253, severalDescriptors",
    "pipe, 0, notSockets",
    "empty, 0, silent",
    "mute, 0, silent",
  })
  void refusesAndKeepsNothing(String scenario, int argument, String count) throws Exception {
    int before = sockets();
    ReceiverOptions options = OPTIONS.messageTimeout(Duration.ofMillis(100));
    try (Receiver receiver = open(options, handOff -> handOff.accept().abort())) {
      Front.run(receiver.path(), scenario, argument);
      Front.await(count + " counted", () -> receiver.counts().toString().contains(count + "=1"));
      assertEquals(0, receiver.counts().handedOff());
      // Our own listening socket is the only one more than before.
      Front.await("no descriptor left", () -> sockets() <= before + 1);
      Front.run(receiver.path(), "one", 0);
      assertEquals(1, receiver.counts().handedOff());
    }
  }

  @Test
  void clientThatIsGoneCostsOnlyItself() throws Exception {
    BlockingQueue<Exception> thrown = new ArrayBlockingQueue<>(1);
    ByteBuffer body = ByteBuffer.allocate(1 << 20);
    HandOffListener listener =
        handOff -> {
          try (HandedSocket client = handOff.accept()) {
            thrown.add(assertThrows(IOException.class, () -> client.write(body.duplicate())));
            assertThrows(IOException.class, () -> client.read(ByteBuffer.allocate(1)));
            assertThrows(IOException.class, client::finish);
            assertFalse(client.isOpen());
            throw thrown.peek();
          }
        };
    try (Receiver receiver = open(listener)) {
      assertEquals(List.of("end"), Front.run(receiver.path(), "gone", 0));
      Front.await("failure counted", () -> receiver.counts().failed() == 1);
      assertFalse(thrown.take() instanceof ClosedChannelException);
    }
  }

  enum End {
    CLOSE,
    ABORT,
    THROW,
    THROW_ERROR,
    RETURN_WITHOUT_ACCEPT
  }

  /** Half a response never looks like a whole one. */
  @ParameterizedTest
  @EnumSource(End.class)
  void everyEndButFinishIsReset(End end) throws Exception {
    HandOffListener listener =
        handOff -> {
          if (end == End.RETURN_WITHOUT_ACCEPT) {
            return;
          }
          HandedSocket client = handOff.accept();
          client.write(HELLO.duplicate());
          switch (end) {
            case CLOSE -> client.close();
            case ABORT -> client.abort();
            case THROW -> throw new IOException("as agreed");
            default -> throw new AssertionError("as agreed");
          }
          assertThrows(ClosedChannelException.class, client::finish);
          assertThrows(ClosedChannelException.class, () -> client.write(HELLO.duplicate()));
        };
    try (Receiver receiver = open(listener)) {
      assertEquals("reset", Front.run(receiver.path(), "one", 0).get(3));
      boolean fails = end != End.CLOSE && end != End.ABORT;
      Front.await("failures", () -> receiver.counts().failed() == (fails ? 1 : 0));
    }
  }

  @Test
  void readsTheClientAndItsEnd() throws Exception {
    HandOffListener listener =
        handOff -> {
          try (HandedSocket client = handOff.accept()) {
            ByteBuffer buffer = ByteBuffer.allocate(100);
            assertEquals(0, client.read(ByteBuffer.allocate(0)));
            assertEquals(4, client.read(buffer));
            client.write(buffer.flip());
            assertEquals(-1, client.read(buffer.clear()));
            client.finish();
            client.finish();
            client.abort();
          }
        };
    try (Receiver receiver = open(listener)) {
      List<String> words = Front.run(receiver.path(), "talk", 0);
      assertEquals("ping", Front.text(words.get(0)));
      assertEquals(List.of("end", ""), words.subList(1, 3));
    }
  }

  @Test
  void clientThatGoesOnSendingGetsTheWholeBody() throws Exception {
    HandOffListener listener =
        handOff -> {
          HandedSocket client = handOff.accept();
          client.write(ByteBuffer.allocate(1_000_000));
          client.finish();
        };
    try (Receiver receiver = open(listener)) {
      assertEquals(List.of("end", "1000000"), Front.run(receiver.path(), "upload", 0));
    }
  }

  @Test
  void stalledClientIsGivenUp() throws Exception {
    BlockingQueue<Class<?>> thrown = new ArrayBlockingQueue<>(2);
    HandOffListener listener =
        handOff -> {
          HandedSocket client = handOff.accept();
          ByteBuffer endless = ByteBuffer.allocate(64 << 20);
          thrown.add(assertThrows(IOException.class, () -> client.read(endless)).getClass());
          thrown.add(assertThrows(IOException.class, () -> client.write(endless)).getClass());
          assertTrue(endless.position() > 0);
          assertTrue(client.isOpen());
          throw new IOException("given up");
        };
    ReceiverOptions options = OPTIONS.stallTimeout(Duration.ofMillis(200));
    try (Receiver receiver = open(options, listener);
        Front front = Front.start(receiver.path(), "stay", 0)) {
      front.words();
      assertEquals(SocketTimeoutException.class, thrown.take());
      assertEquals(SocketTimeoutException.class, thrown.take());
      Front.await("failure counted", () -> receiver.counts().failed() == 1);
      front.goOn();
      assertEquals("reset", front.words().get(0));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void endingWakesReaderAndWriter(boolean finish) throws Exception {
    BlockingQueue<HandedSocket> sockets = new ArrayBlockingQueue<>(1);
    BlockingQueue<Object> outcomes = new ArrayBlockingQueue<>(2);
    ReceiverOptions options = OPTIONS.finishTimeout(Duration.ofMillis(50));
    try (Receiver receiver = open(options, handOff -> sockets.add(handOff.accept()));
        Front front = Front.start(receiver.path(), "stay", 0)) {
      HandedSocket client = sockets.take();
      start(() -> outcomes.add(client.read(ByteBuffer.allocate(1))), outcomes);
      start(() -> outcomes.add(client.write(ByteBuffer.allocate(64 << 20))), outcomes);
      front.words();
      Front.await("both wait", () -> waiting("polls") == 2);
      long start = System.nanoTime();
      if (finish) {
        client.finish();
      } else {
        client.abort();
      }
      assertFalse(client.isOpen());
      outcomes.take();
      outcomes.take();
      assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(10));
    }
  }

  private static void start(Action action, BlockingQueue<Object> outcomes) {
    Thread thread =
        new Thread(
            () -> {
              try {
                action.run();
              } catch (IOException e) {
                outcomes.add(e);
              }
            },
            "polls");
    thread.setDaemon(true);
    thread.start();
  }

  private interface Action {
    void run() throws IOException;
  }

  /** Threads of that name that are inside poll(2). */
  private static int waiting(String name) {
    int count = 0;
    for (var entry : Thread.getAllStackTraces().entrySet()) {
      StackTraceElement[] frames = entry.getValue();
      if (entry.getKey().getName().equals(name)
          && frames.length > 0
          && frames[0].getMethodName().equals("poll")) {
        count++;
      }
    }
    return count;
  }

  @Test
  void neverRunsMoreCallsThanThreads() throws Exception {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch two = new CountDownLatch(2);
    HandOffListener listener =
        handOff -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          two.countDown();
          assertTrue(two.await(20, TimeUnit.SECONDS));
          hello(handOff);
          now.decrementAndGet();
        };
    List<Front> fronts = new ArrayList<>();
    try (Receiver receiver = open(OPTIONS.threads(2), listener)) {
      for (int i = 0; i < 5; i++) {
        fronts.add(Front.start(receiver.path(), "one", 0));
      }
      for (Front front : fronts) {
        assertEquals("hello", Front.text(front.words().get(4)));
        front.close();
      }
      assertEquals(5, receiver.counts().handedOff());
    }
    assertEquals(2, most.get());
  }

  /** T12: no descriptor leaks, whatever the outcome. */
  @Test
  void fiveHundredHandOffsLeaveNothing() throws Exception {
    int without = sockets();
    try (Receiver receiver = open(ReceiverTest::hello)) {
      assertEquals(List.of("1"), Front.run(receiver.path(), "many", 1));
      Front.await("first is gone", () -> sockets() == without + 1);
      int before = descriptors();
      assertEquals(List.of("500"), Front.run(receiver.path(), "many", 500));
      Front.await("descriptors back to " + before, () -> descriptors() <= before);
      assertEquals(501, receiver.counts().handedOff());
    }
    assertEquals(without, sockets());
  }

  /** A program started by the application must not keep a client's connection open. */
  @Test
  void childrenInheritNothing() throws Exception {
    // From its first channel on the JDK keeps a socket without a name, which does not count here.
    SocketChannel.open(StandardProtocolFamily.UNIX).close();
    List<String> before = list().stream().map(ReceiverTest::target).toList();
    BlockingQueue<HandedSocket> held = new ArrayBlockingQueue<>(1);
    try (Receiver receiver = open(handOff -> held.add(handOff.accept()));
        Front front = Front.start(receiver.path(), "stay", 0)) {
      front.words();
      HandedSocket client = held.take();
      int checked = 0;
      for (Path descriptor : list()) {
        if (isSocket(descriptor) && !before.contains(target(descriptor))) {
          Path info = Path.of("/proc/self/fdinfo").resolve(descriptor.getFileName());
          String flags = Files.readAllLines(info).get(1);
          assertEquals(CLOEXEC, Integer.parseInt(flags.substring(6).trim(), 8) & CLOEXEC, flags);
          checked++;
        }
      }
      client.finish();
      assertEquals(2, checked, "the listening socket and the client");
    }
  }

  @Test
  void closeWaitsForCallsAndLeavesAcceptedClientsAlone() throws Exception {
    BlockingQueue<HandedSocket> held = new ArrayBlockingQueue<>(1);
    Receiver receiver = open(handOff -> held.add(handOff.accept()));
    Front front = Front.start(receiver.path(), "one", 0);
    HandedSocket client = held.take();
    receiver.close();
    receiver.close();
    assertFalse(Files.exists(receiver.path()));
    client.write(HELLO.duplicate());
    client.finish();
    assertEquals("hello", Front.text(front.words().get(4)));
    front.close();
  }

  @Test
  void closeResetsCallsThatDoNotEnd() throws Exception {
    CountDownLatch called = new CountDownLatch(1);
    HandOffListener listener =
        handOff -> {
          HandedSocket client = handOff.accept();
          called.countDown();
          client.read(ByteBuffer.allocate(1));
        };
    Receiver receiver = open(OPTIONS.closeTimeout(Duration.ofMillis(50)), listener);
    try (Front front = Front.start(receiver.path(), "stay", 0)) {
      front.words();
      called.await();
      receiver.close();
      front.goOn();
      assertEquals("reset", front.words().get(0));
    }
  }

  static int sockets() {
    markerOfTheJdk();
    int count = 0;
    for (Path descriptor : list()) {
      count += isSocket(descriptor) ? 1 : 0;
    }
    return count;
  }

  /** The JDK keeps one socket for itself from the first file channel on: it is no leak. */
  private static void markerOfTheJdk() {
    try {
      FileChannel.open(Path.of("/dev/null")).close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int descriptors() {
    return list().size();
  }

  private static boolean isSocket(Path descriptor) {
    return target(descriptor).startsWith("socket:");
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return "";
    }
  }

  private static List<Path> list() {
    try (var paths = Files.list(Path.of("/proc/self/fd"))) {
      return paths.toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
