package org.sluice.fdpass.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.fdpass.internal.PacketReceivers.SOON;
import static org.sluice.fdpass.internal.PacketReceivers.get;

import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoOps;
import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.newsclub.net.unix.DescriptorSockets;
import org.sluice.testing.Await;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawResponse;
import org.sluice.testing.RunningProcess;

/** T12: packets and descriptors that are not what was agreed, on both sides; nothing leaks. */
class ControlPacketsTest {
  private PacketReceivers world;
  @TempDir private Path folder;

  @BeforeEach
  void open() throws Exception {
    world = new PacketReceivers(folder);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private RawResponse answer(String request) throws IOException {
    try (RawHttpClient client = RawHttpClient.connect(world.front.port())) {
      client.send(request);
      return client.readResponse("GET");
    }
  }

  private Controls controls(String socket) {
    for (Receiver receiver : world.front.state().receivers()) {
      if (receiver.path.equals(world.path(socket).toString())) {
        return receiver.controls();
      }
    }
    throw new AssertionError(socket);
  }

  private static int openDescriptors() {
    return new java.io.File("/proc/self/fd").list().length;
  }

  /** From one to more than a message may have room for; the kernel refuses or closes them. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 253})
  void descriptorsFromAReceiverAreNotKept(int count) throws Exception {
    RunningProcess receiver = world.start("a.sock");
    world.route("one", "a.sock");
    assertEquals("abc", answer(get("/one?body=3")).text());
    Await.until(() -> world.front.connections() == 0, "no connection");
    int before = openDescriptors();

    for (int i = 0; i < 20; i++) {
      assertEquals("abc", answer(get("/one?body=3&rights=" + count)).text());
    }
    receiver.awaitLine("rights (sent|refused) " + count, SOON);
    Await.until(() -> world.front.connections() == 0, "no connection");
    // Other event loops have made connections of their own meanwhile.
    Await.until(() -> openDescriptors() < before + 20, "no descriptor for each lease");
    assertEquals(0, controls("a.sock").violations());
  }

  @Test
  void thePacketOfTheMaximumIsRead() throws Exception {
    world.start("a.sock");
    world.route("one", "a.sock");

    assertEquals("abc", answer(get("/one?body=3&most")).text());
    assertEquals(0, controls("a.sock").violations());
    assertEquals(1, controls("a.sock").connections().length);
  }

  @Test
  void whoHasNoFreeDescriptorPassesAndOthersGoOn() throws Exception {
    RunningProcess full = world.start("full.sock", "spare=0");
    world.start("b.sock", "name=b");
    world.route("full", "full.sock");
    world.route("two", "full.sock,b.sock");

    RawResponse alone = answer(get("/full?body=3"));
    assertEquals(503, alone.status());
    full.awaitLine("tell PASS [0-9]+ nofd", SOON);
    String reason = world.front.exchanges.get(0).failure().getMessage();
    assertTrue(reason.contains("PASS nofd"), reason);
    for (int i = 0; i < 6; i++) {
      assertEquals("abc", answer(get("/two?body=3")).text());
    }
    assertEquals(0, controls("full.sock").violations());
    Await.until(() -> world.front.state().unacknowledged() == 0, "nothing unacknowledged");
  }

  @Test
  void whoHasRoomForHalfOfASpillClosesItAndPasses() throws Exception {
    RunningProcess full = world.start("full.sock", "spare=1");
    world.start("b.sock", "name=b");
    world.route("full", "full.sock");
    world.route("b", "b.sock");
    StringBuilder fields = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      fields.append("X-").append(i).append(": ").append("v".repeat(4_000)).append("\r\n");
    }

    // One client, so one event loop, which has one connection.
    try (RawHttpClient client = RawHttpClient.connect(world.front.port())) {
      for (int i = 1; i <= 3; i++) {
        String request = "GET /full?body=3 HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
        assertEquals(503, client.send(request).readResponse("GET").status());
        // One arrived each time: whoever kept it would have room for none the next time.
        full.awaitLine("tell PASS " + i + " nofd", SOON);
      }
      assertEquals(3, full.lines().stream().filter("truncated 1"::equals).count());
      assertEquals("abc", client.send(get("/b?body=3")).readResponse("GET").text());
      // A short packet has one descriptor, and finds room for it.
      assertEquals("abc", client.send(get("/full?body=3")).readResponse("GET").text());
    }
  }

  /**
   * A receiver that exits right after its acknowledgement: the front reads both, before epoll has
   * reported more than data.
   */
  @Test
  void anEndBehindAnAcknowledgementIsNoEmptyPacket() throws Exception {
    FileDescriptor listener = DescriptorSockets.openPackets();
    DescriptorSockets.bind(listener, world.path("j.sock"));
    java.nio.file.Files.setPosixFilePermissions(
        world.path("j.sock"), java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    DescriptorSockets.listen(listener, 8);
    world.route("one", "j.sock");
    try (RawHttpClient client = RawHttpClient.connect(world.front.port())) {
      client.send(get("/one"));
      FileDescriptor receiver = DescriptorSockets.accept(listener);
      say(receiver, "READY j 10 0");
      List<FileDescriptor> clients = new ArrayList<>();
      DescriptorSockets.receive(receiver, ByteBuffer.allocateDirect(65_536), clients);
      ControlConnection connection = controls("j.sock").connections()[0];
      EpollIoEvent data = () -> EpollIoOps.EPOLLIN;
      connection.onLoop(
          () -> {
            try {
              say(receiver, "ACK 1");
              DescriptorSockets.close(receiver);
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
            connection.handle(null, data);
          });
      world.await("one", Step.LOST, 1);
      assertEquals(0, controls("j.sock").violations());
      for (FileDescriptor each : clients) {
        DescriptorSockets.close(each);
      }
      assertThrows(IOException.class, client::readToEnd);
    } finally {
      DescriptorSockets.close(listener);
    }
  }

  private static void say(FileDescriptor to, String line) throws IOException {
    byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
    DescriptorSockets.write(to, ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
  }
}
