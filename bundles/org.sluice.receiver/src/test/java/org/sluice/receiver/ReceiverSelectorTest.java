package org.sluice.receiver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.receiver.PacketReceiverTest.bytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One thread for many clients. */
@Timeout(60)
class ReceiverSelectorTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final ReceiverOptions OPTIONS = ReceiverOptions.defaults().capacity(1_000);

  @TempDir Path folder;

  @BeforeAll
  static void needsPython() {
    Front.assumeProgram("python3", "-c", "import socket; socket.send_fds");
  }

  private ReceiverSelector open(String dialect) throws IOException {
    return ReceiverSelector.open(folder.resolve("app.sock"), OPTIONS.dialect(dialect));
  }

  private static HandedKey one(ReceiverSelector selector) throws IOException {
    List<HandedKey> keys = selector.select(LONG);
    assertEquals(1, keys.size());
    return keys.get(0);
  }

  /** What a client sends comes back; a client that leaves is let go. */
  private static void echo(HandedKey key) {
    try {
      if (key.isNew()) {
        key.socket().take();
        key.interestOps(SelectionKey.OP_READ);
        return;
      }
      ByteBuffer piece = ByteBuffer.allocate(100);
      if (key.socket().read(piece) < 0) {
        key.socket().finish();
      } else {
        key.socket().write(piece.flip());
      }
    } catch (IOException e) {
      close(key);
    }
  }

  private static boolean isOpen(HandedKey key) {
    try {
      return key.socket().isOpen();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void close(HandedKey key) {
    try {
      key.socket().close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Thread serve(ReceiverSelector selector, AtomicBoolean over) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (!over.get()) {
                  selector.select(LONG).forEach(ReceiverSelectorTest::echo);
                }
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    thread.start();
    return thread;
  }

  @Test
  void threeHundredClientsAtOnceInOneThread() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    int before = ReceiverTest.sockets();
    try (ReceiverSelector selector = open("sluice")) {
      Thread thread = serve(selector, over);
      try (Front front = Front.packets(selector.path(), "many", 300)) {
        assertEquals("200", front.line());
      }
      assertEquals(300, selector.counts().handedOff());
      // Listening socket and bell.
      Front.await("no client is left", () -> ReceiverTest.sockets() <= before + 3);
      over.set(true);
      selector.wakeup();
      thread.join();
    }
    assertEquals(before, ReceiverTest.sockets());
  }

  @Test
  void classicClientsTalkToo() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    try (ReceiverSelector selector = open("classic")) {
      Thread thread = serve(selector, over);
      List<String> words = Front.run(selector.path(), "talk", 0);
      assertEquals("ping", Front.text(words.get(0)));
      assertEquals("end", words.get(1));
      over.set(true);
      selector.wakeup();
      thread.join();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "scgi"})
  void writesWhatTheClientTakes(String dialect) throws Exception {
    try (ReceiverSelector selector = open(dialect);
        Front front = Front.start(selector.path(), "stay", 0)) {
      front.words();
      HandedKey key = one(selector);
      assertTrue(key.isNew());
      assertEquals(dialect, key.handOff().dialect());
      HandedSocket client = key.socket();
      assertEquals(0, client.read(ByteBuffer.allocate(1)), "nothing is there");
      ByteBuffer much = ByteBuffer.allocate(8 << 20);
      long taken = 0;
      int n;
      while ((n = client.write(much)) > 0) {
        taken += n;
      }
      assertTrue(much.hasRemaining(), "the client does not read");
      assertEquals(much.position(), taken);
      much.limit(Math.min(much.limit(), much.position() + 100_000));
      key.attach("kept").interestOps(SelectionKey.OP_WRITE);
      assertEquals(List.of(), selector.select(Duration.ofMillis(20)));
      front.goOn();
      while (much.hasRemaining()) {
        HandedKey again = one(selector);
        assertEquals("kept", again.attachment());
        assertFalse(again.isNew());
        assertEquals(SelectionKey.OP_WRITE, again.readyOps());
        client.write(much);
      }
      client.finish();
      List<String> words = front.words();
      assertEquals("end", words.get(0));
      assertEquals(much.limit(), java.util.Base64.getDecoder().decode(words.get(1)).length);
      assertEquals(List.of(), selector.select(Duration.ZERO));
    }
  }

  @Test
  void whoIsNotTakenIsDeclined() throws Exception {
    try (ReceiverSelector selector = open("sluice");
        Front front = Front.packets(selector.path(), "lost", 0)) {
      front.line();
      HandedKey key = one(selector);
      assertEquals(List.of(), selector.select(Duration.ZERO));
      assertThrows(IOException.class, key::socket);
      assertEquals(1, selector.counts().failed());
      front.say();
      front.line();
      front.say();
      assertEquals("by another", Front.text(front.words().get(1)));
    }
  }

  @Test
  void whomTheFrontHasEndedComesALastTime() throws Exception {
    try (ReceiverSelector selector = open("sluice");
        Front front = Front.packets(selector.path(), "gone", 0)) {
      HandedKey key = one(selector);
      key.socket();
      key.interestOps(SelectionKey.OP_READ);
      assertEquals("ACK 1", front.line());
      HandedKey last = one(selector);
      Front.await("it is closed", () -> !isOpen(key));
      assertFalse(last.socket().isOpen());
      assertEquals("reset", front.line());
      selector.select(Duration.ZERO);
      assertEquals(List.of(), selector.select(Duration.ZERO));
    }
  }

  @Test
  void leasesGoBack() throws Exception {
    try (ReceiverSelector selector = open("sluice");
        Front front = Front.packets(selector.path(), "lease", 1)) {
      assertEquals("READY receiver 1000 0", front.line());
      HandedKey key = one(selector);
      ByteBuffer body = ByteBuffer.allocate(20);
      HandedSocket client = key.socket();
      key.interestOps(SelectionKey.OP_READ);
      while (client.read(body) >= 0) {
        if (body.position() < 10) {
          assertEquals(key, one(selector));
        }
      }
      client.write(bytes("HTTP/1.1 204 No Content\r\n\r\n"));
      client.giveBack(204, 0);
      assertEquals("ACK 1", front.line());
      assertEquals("DONE 1 204 27 0 5 keep", front.line());
    }
  }

  @Test
  void closedSelectorsRefuse() throws Exception {
    ReceiverSelector selector = open("sluice");
    selector.close();
    selector.close();
    selector.wakeup();
    assertThrows(ClosedSelectorException.class, () -> selector.select(Duration.ZERO));
  }
}
