package org.sluice.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets a descriptor when hardly any is left. */
class DescriptorReserveTest {
  private static final int CLIENTS = 6;

  /** What is free below the reserve, and how often somebody looked. */
  private final AtomicInteger free = new AtomicInteger();

  private final AtomicInteger looks = new AtomicInteger();

  private final List<RawClient> clients = new ArrayList<>();

  @AfterEach
  void leave() throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
  }

  private boolean look(int count) {
    looks.incrementAndGet();
    return free.get() >= count;
  }

  /** Every number belongs to the reserve: whoever is accepted took one too many. */
  private TestServer server(int loops) {
    return new TestServer(
        new NettyEngine(loops, loops > 1, count -> new DescriptorReserve(0, this::look, count)),
        TestServer.SPEC,
        TestServer.text("x"));
  }

  private void awaitLooks(int more) {
    int wanted = looks.get() + more;
    TestServer.until("looks", () -> looks.get() >= wanted);
  }

  @Test
  void clientsThatStayDoNotEatItUp() throws Exception {
    try (TestServer server = server(1)) {
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(server.connect().get("/"));
      }
      assertEquals("x", clients.get(0).read().body);
      awaitLooks(4);
      assertEquals(1, server.listener().accepted());
      // The ones that wait are there still, and come in as soon as somebody leaves.
      free.set(CLIENTS + 1);
      for (RawClient client : clients.subList(1, CLIENTS)) {
        assertEquals("x", client.read().body);
      }
      assertEquals(CLIENTS, server.listener().accepted());
    }
  }

  @Test
  void anEndLetsOneInAndNotTwo() throws Exception {
    try (TestServer server = server(1)) {
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(server.connect().get("/"));
      }
      for (int i = 0; i < CLIENTS; i++) {
        // With no client at all there is nobody to keep anything for.
        assertEquals("x", clients.get(i).read().body);
        assertEquals(1, server.listener().connections());
        assertEquals(i + 1, server.listener().accepted());
        clients.get(i).close();
      }
    }
  }

  /** Each of several sockets may take one more than there is, once and not with every look. */
  @Test
  void severalSocketsShareIt() throws Exception {
    int loops = 4;
    try (TestServer server = server(loops)) {
      // Spread by the kernel: hardly a socket gets none.
      for (int i = 0; i < 10 * loops; i++) {
        clients.add(server.connect().get("/"));
      }
      awaitLooks(4 * loops);
      long accepted = server.listener().accepted();
      assertTrue(accepted >= 1 && accepted <= loops, () -> "accepted " + accepted);
      free.set(20 * loops);
      for (RawClient client : clients) {
        assertEquals("x", client.read().body);
      }
    }
  }

  /** Of what was taken too much as much must be free, before another one comes. */
  @Test
  void whatWasTakenTooMuchIsGivenBackFirst() {
    DescriptorReserve reserve = new DescriptorReserve(100, this::look, () -> 99);
    reserve.comes(7);
    assertTrue(reserve.hasRoom());
    assertEquals(0, looks.get(), "nobody looks as long as numbers are low");
    reserve.comes(100);
    reserve.comes(101);
    free.set(2);
    assertFalse(reserve.hasRoom());
    free.set(3);
    assertTrue(reserve.hasRoom());
    reserve.leaves(101);
    free.set(1);
    assertFalse(reserve.hasRoom());
    reserve.leaves(100);
    assertTrue(reserve.hasRoom());
  }

  @Test
  void theProcessItselfIsAsked() {
    DescriptorReserve reserve = new DescriptorReserve(() -> 99);
    reserve.shortage();
    assertTrue(reserve.hasRoom(), "this process has more than a few");
  }

  @ParameterizedTest
  @CsvSource({"64, 60", "64, 64", "120, 80", "128, 81", "550, 500"})
  void aLimitThatIsTooLowIsSaid(int limit, int used) {
    String warning = DescriptorReserve.warning(limit, used);
    assertTrue(
        warning.startsWith(
            "only "
                + Math.max(0, limit - Math.max(16, limit / 16) - used)
                + " descriptors are left for clients: the limit is "
                + limit
                + ", the front itself uses "
                + used
                + ", "),
        warning);
    int needed = Integer.parseInt(warning.replaceAll(".*; at least ([0-9]+) are needed.*", "$1"));
    assertNull(DescriptorReserve.warning(needed, used));
    assertNotNull(DescriptorReserve.warning(needed - 1, used));
    assertTrue(warning.contains("(ulimit -n, or LimitNOFILE="), warning);
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 1024, 1 << 20, Integer.MAX_VALUE})
  void aLimitThatWillDoIsNot(int limit) {
    assertNull(DescriptorReserve.warning(limit, 80));
  }
}
