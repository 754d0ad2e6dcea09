package org.sluice.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dialect sluice against a front in another language, well and badly behaved. */
@Timeout(60)
class PacketReceiverTest {
  private static final ReceiverOptions OPTIONS =
      ReceiverOptions.defaults().dialect("sluice").name("test");

  @TempDir Path folder;

  @BeforeAll
  static void needsPython() {
    Front.assumeProgram("python3", "-c", "import socket; socket.send_fds");
  }

  private Receiver open(ReceiverOptions options, HandOffListener listener) throws IOException {
    return Receiver.open(folder.resolve("app.sock"), options, listener);
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  /** Reads the request body, and answers with it. */
  static void answer(HandOff handOff) throws IOException {
    try (HandedSocket client = handOff.accept()) {
      StringBuilder body = new StringBuilder();
      ByteBuffer piece = ByteBuffer.allocate(4);
      while (handOff.request().lease() && client.read(piece.clear()) >= 0) {
        body.append(UTF_8.decode(piece.flip()));
      }
      client.write(bytes("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n"));
      client.write(bytes(body.toString()));
      client.giveBack(200, body.length());
    }
  }

  private static String response(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  @Test
  void leasesGoBackWithExactFigures() throws Exception {
    BlockingQueue<HandedRequest> seen = new ArrayBlockingQueue<>(3);
    HandOffListener listener =
        handOff -> {
          seen.add(handOff.request());
          answer(handOff);
        };
    try (Receiver receiver = open(OPTIONS.capacity(7), listener);
        Front front = Front.packets(receiver.path(), "lease", 3)) {
      assertEquals("READY test 7 0", front.line());
      for (int id = 1; id <= 3; id++) {
        assertEquals("ACK " + id, front.line());
        // 5 of the 10 bytes came along; the kernel counts those that were read here.
        assertEquals("DONE " + id + " 200 49 10 5 keep", front.line());
      }
      List<String> end = front.words();
      assertEquals("end", end.get(0));
      assertEquals(response("1234567890").repeat(3), Front.text(end.get(1)));
      HandedRequest request = seen.take();
      assertEquals("GET", request.method());
      assertEquals(Map.entry("X-\u00e4", "\u00ff"), request.fields().get(1));
      assertEquals("memo-1", request.memo());
      assertEquals(10, request.left());
    }
  }

  @Test
  void aResponseWithoutTheWholeBodyReadIsTheLast() throws Exception {
    HandOffListener listener =
        handOff -> {
          HandedSocket client = handOff.accept();
          client.read(ByteBuffer.allocate(3));
          client.write(bytes(response("no")));
          client.giveBack(413, 2);
        };
    try (Receiver receiver = open(OPTIONS, listener);
        Front front = Front.packets(receiver.path(), "lease", 1)) {
      front.line();
      assertEquals("ACK 1", front.line());
      assertEquals("DONE 1 413 40 2 0 close", front.line());
    }
  }

  /** T12: closed or declined, nothing leaks, and the receiver serves on. */
  @Test
  void whatIsNoPacketLeaksNothing() throws Exception {
    CountDownLatch hold = new CountDownLatch(1);
    HandOffListener listener =
        handOff -> {
          try (HandedSocket client = handOff.accept()) {
            hold.await();
          }
        };
    try (Receiver receiver = open(OPTIONS, listener)) {
      int before = ReceiverTest.sockets();
      try (Front front = Front.packets(receiver.path(), "wrong", 0)) {
        String none = "PASS 1 nofd end ";
        String several = "PASS 1 descriptors end ";
        assertEquals("over end ", front.line());
        assertEquals("over end ", front.line());
        for (String expected : List.of(none, several, several, several)) {
          assertEquals(expected, front.line());
        }
        for (int i = 0; i < 22; i++) {
          assertEquals("over end ", front.line(), "case " + (6 + i));
        }
        assertEquals("PASS 1 nosocket", front.line());
        assertEquals("ACK 2", front.line());
        assertEquals("end", front.line());
      }
      hold.countDown();
      Front.await("no socket is left", () -> ReceiverTest.sockets() <= before);
      assertEquals(3, receiver.counts().severalDescriptors());
      assertEquals(1, receiver.counts().withoutDescriptor());
      assertEquals(1, receiver.counts().notSockets());
      assertEquals(18, receiver.counts().malformed(), receiver.counts()::toString);
    }
  }

  @Test
  void theLargestPacketAndALargerInAFile() throws Exception {
    BlockingQueue<String> data = new ArrayBlockingQueue<>(1);
    HandOffListener listener =
        handOff -> {
          if (handOff.request().data() != null) {
            data.add(handOff.request().data());
          }
          answer(handOff);
        };
    try (Receiver receiver = open(OPTIONS, listener);
        Front front = Front.packets(receiver.path(), "largest", 0)) {
      assertEquals("ACK 1", front.line());
      List<String> done = front.words();
      assertEquals(done.get(7), done.get(4), "the whole body came along");
      assertEquals("keep", done.get(6));
      assertEquals("ACK 2", front.line());
      assertEquals("DONE 2 200 38 0 0 keep", front.line());
      assertEquals("d".repeat(100_000), data.take());
    }
  }

  /** T12, MSG_CTRUNC: nothing is lost but this hand-off, and that goes to somebody else. */
  @Test
  void withoutAFreeDescriptorItPasses() throws Exception {
    Front.assumeProgram("prlimit", "--version");
    Path socket = folder.resolve("app.sock");
    Process receiver =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                HungryReceiver.class.getName(),
                socket.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      BufferedReader out = receiver.inputReader();
      assertEquals("listening", out.readLine());
      try (Front front = Front.packets(socket, "hungry", 0)) {
        assertEquals("ACK 1", front.line());
        assertEquals("DONE 1 200 38 0 0 keep", front.line());
        assertEquals("next", front.line());
        // Below what is open already: whatever is closed meanwhile makes no room.
        Front.limitDescriptors(receiver, 1);
        front.say();
        assertEquals("PASS 2 nofd", front.line());
        assertEquals("next", front.line());
        Front.limitDescriptors(receiver, 1_000);
        front.say();
        assertEquals("ACK 3", front.line());
        assertEquals("DONE 3 200 38 0 0 keep", front.line());
      }
      receiver.getOutputStream().close();
      assertEquals("cut 1", out.readLine());
    } finally {
      receiver.destroyForcibly();
    }
  }

  /** Nobody has said ACK: somebody else gets the client, so it must not be touched. */
  @Test
  void aLostFrontTakesItsClientsBack() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    BlockingQueue<Object> result = new ArrayBlockingQueue<>(1);
    HandOffListener listener =
        handOff -> {
          arrived.countDown();
          goOn.await();
          result.add(assertThrows(ClosedChannelException.class, handOff::accept));
        };
    try (Receiver receiver = open(OPTIONS, listener);
        Front front = Front.packets(receiver.path(), "lost", 0)) {
      assertEquals("passed", front.line());
      arrived.await();
      int before = ReceiverTest.sockets();
      front.say();
      assertEquals("left", front.line());
      Front.await("both sockets are closed", () -> ReceiverTest.sockets() <= before - 2);
      goOn.countDown();
      assertTrue(result.poll(20, TimeUnit.SECONDS) != null);
      front.say();
      List<String> words = front.words();
      assertEquals("end", words.get(0));
      assertEquals("by another", Front.text(words.get(1)));
    }
  }

  @Test
  void theEndOfAGiftIsToldToTheNextFront() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    HandOffListener listener =
        handOff -> {
          HandedSocket client = handOff.accept();
          client.write(bytes("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"));
          client.write(bytes("HTTP/1.1 206 Partial\r\n"));
          client.write(bytes("Connection: close\r\n\r\nsome"));
          goOn.await();
          client.write(bytes(" more"));
          client.finish();
        };
    try (Receiver receiver = open(OPTIONS, listener);
        Front front = Front.packets(receiver.path(), "give_up", 0)) {
      assertEquals("ACK 1", front.line());
      // Before that it would hear of the end itself, and not read it.
      assertEquals("left", front.line());
      goOn.countDown();
      front.say();
      assertEquals("end", front.words().get(0));
      List<String> lines = new ArrayList<>();
      for (String line = front.line(); line != null; line = front.line()) {
        lines.add(line);
      }
      lines.removeIf(line -> line.startsWith("READY"));
      // 37 bytes of an interim response, 43 of the head, 9 of the body.
      assertEquals(List.of("END memo-1 206 89 9"), lines);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aLeaseThatIsOursEndsInOrder(int byWord) throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    HandOffListener listener =
        handOff -> {
          HandedSocket client = handOff.accept();
          client.write(bytes("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha"));
          goOn.await();
          client.write(bytes("lf"));
          client.giveBack(200, 4);
        };
    try (Receiver receiver = open(OPTIONS, listener);
        Front front = Front.packets(receiver.path(), "yours", byWord)) {
      assertEquals("ACK 1", front.line());
      assertEquals("passed", front.line());
      goOn.countDown();
      front.say();
      List<String> words = front.words();
      assertEquals("end", words.get(0));
      assertEquals(response("half"), Front.text(words.get(1)));
      String last = front.line();
      // Whoever is quicker: the word of the front, or the end of the response.
      assertTrue(last.equals("END memo-1 200 42 4") || last.equals("DONE 1 200 42 4 0 keep"), last);
    }
  }

  @Test
  void aClientThatIsGoneIsReset() throws Exception {
    HandOffListener listener =
        handOff -> {
          HandedSocket client = handOff.accept();
          client.take();
          client.read(ByteBuffer.allocate(1));
        };
    HandOffListener lent =
        handOff -> {
          HandedSocket client = handOff.accept();
          Front.await("it is gone", () -> !client.isOpen());
        };
    for (HandOffListener each : List.of(listener, lent)) {
      try (Receiver receiver = open(OPTIONS, each);
          Front front = Front.packets(receiver.path(), "gone", 0)) {
        assertEquals("ACK 1", front.line());
        if (each == lent) {
          assertEquals("reset", front.line());
        }
      }
    }
  }

  /** Given clients take room: the front is told before it sends more than there is. */
  @Test
  void giftsCountWhileTheirCallsLast() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    HandOffListener listener =
        handOff -> {
          HandedSocket client = handOff.accept();
          goOn.await();
          client.finish();
        };
    try (Receiver receiver = open(OPTIONS.threads(4), listener);
        Front front = Front.packets(receiver.path(), "crowd", 4)) {
      List<String> lines = new ArrayList<>();
      for (String line = front.line(); !line.equals("quiet"); line = front.line()) {
        lines.add(line);
      }
      assertEquals("READY test 4 0", lines.get(0));
      assertEquals("READY test 4 4", lines.get(lines.size() - 1));
      assertEquals(4, lines.stream().filter(line -> line.startsWith("ACK")).count());
      goOn.countDown();
      front.say();
      assertEquals("READY test 4 0", front.line());
    }
  }

  @Test
  void reportsByHand() throws Exception {
    try (Receiver receiver = open(OPTIONS, handOff -> {})) {
      assertEquals(false, receiver.reportEnd("abc", 200, 10, 5), "nobody is connected");
      for (String wrong : new String[] {"", "two words", "x".repeat(2_049), "line\n"}) {
        assertThrows(IllegalArgumentException.class, () -> receiver.reportEnd(wrong, 200, 1, 1));
      }
      for (int status : new int[] {-1, 1000}) {
        assertThrows(IllegalArgumentException.class, () -> receiver.reportEnd("abc", status, 1, 1));
      }
    }
    try (Receiver classic = open(ReceiverOptions.defaults(), handOff -> {})) {
      assertThrows(UnsupportedOperationException.class, () -> classic.reportEnd("abc", 200, 1, 1));
    }
    assertTrue(Files.notExists(folder.resolve("app.sock")));
  }
}
