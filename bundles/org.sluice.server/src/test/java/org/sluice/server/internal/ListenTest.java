package org.sluice.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sluice.api.engine.Dispatcher;
import org.sluice.api.engine.Listener;
import org.sluice.api.engine.ListenerSpec;

/** Addresses of both families, several listening sockets, and connections of one client. */
class ListenTest {
  private static final Dispatcher PEER =
      t ->
          t.respond(
              TestServer.ok(
                  t.connection().remote().getAddress() instanceof Inet6Address ? "six" : "four"));

  private NettyEngine engine;

  @BeforeEach
  void start() {
    engine = new NettyEngine(2, false);
  }

  @AfterEach
  void stop() {
    engine.deactivate();
  }

  private static ListenerSpec spec(InetSocketAddress address, int perAddress, boolean reusePort) {
    return new ListenerSpec(
        address, 100, 200, 10, Duration.ZERO, Duration.ZERO, 0, 0, 16, perAddress, reusePort);
  }

  private static InetSocketAddress address(String host, int port) throws IOException {
    return new InetSocketAddress(InetAddress.getByName(host), port);
  }

  private static String ask(String host, int port) throws IOException {
    try (RawClient client = new RawClient(address(host, port))) {
      return client.get("/").read().body;
    }
  }

  private static void assumeIpv6() {
    assumeTrue(Socket.isIPv6Preferred(), "this machine has no IPv6");
  }

  @Test
  void anyIsBothFamiliesEachAsItself() throws Exception {
    assumeIpv6();
    InetSocketAddress any = InetSocketAddress.createUnresolved(ListenerSpec.ANY, 0);
    Listener listener = engine.listen(spec(any, 0, false), PEER);
    int port = listener.address().getPort();
    assertEquals("four", ask("127.0.0.1", port));
    assertEquals("six", ask("::1", port));
    assertTrue(listener.address().getAddress() instanceof Inet4Address);
    listener.drain().toCompletableFuture().join();
    assertThrows(IOException.class, () -> ask("::1", port));
  }

  @Test
  void wildcardsOfBothFamiliesShareAPort() throws Exception {
    assumeIpv6();
    int port = engine.listen(spec(address("::", 0), 0, false), PEER).address().getPort();
    assertThrows(IOException.class, () -> ask("127.0.0.1", port), "IPv6 only");
    engine.listen(spec(address("0.0.0.0", port), 0, false), PEER);
    assertEquals("four", ask("127.0.0.1", port));
    assertEquals("six", ask("::1", port));
  }

  @Test
  void otherNamesAreNotLookedUp() {
    InetSocketAddress name = InetSocketAddress.createUnresolved("localhost", 0);
    IOException e =
        assertThrows(IOException.class, () -> engine.listen(spec(name, 0, false), PEER));
    assertEquals("cannot listen on localhost: unknown host", e.getMessage());
  }

  @Test
  void eachLoopHasItsSocketIfWanted() throws Exception {
    Listener listener = engine.listen(spec(address("127.0.0.1", 0), 0, true), PEER);
    int port = listener.address().getPort();
    for (int i = 0; i < 20; i++) {
      assertEquals("four", ask("127.0.0.1", port));
    }
    assertEquals(20, listener.accepted());
    assertEquals(2, listeningSockets(port));
    // Nobody else can take half of the connections unnoticed.
    ListenerSpec same = spec(listener.address(), 0, true);
    assertThrows(IOException.class, () -> engine.listen(same, PEER));
  }

  /** Rows of that port in state LISTEN, see proc(5). */
  private static long listeningSockets(int port) throws IOException {
    String local = String.format("0100007F:%04X 00000000:0000 0A", port);
    return java.nio.file.Files.readAllLines(java.nio.file.Path.of("/proc/net/tcp")).stream()
        .filter(line -> line.contains(local))
        .count();
  }

  @Test // T11
  void oneClientHasNoMoreThanItsShare() throws Exception {
    Listener listener = engine.listen(spec(address("127.0.0.1", 0), 3, false), PEER);
    InetSocketAddress to = listener.address();
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      clients.add(new RawClient(to));
      assertEquals("four", clients.get(i).get("/").read().body);
    }
    try (RawClient tooMany = new RawClient(to)) {
      assertTrue(tooMany.end().startsWith("|"), "closed without a byte");
    }
    // Another client is not concerned.
    try (java.net.Socket other = new java.net.Socket()) {
      other.bind(address("127.0.0.2", 0));
      other.connect(to);
      other.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes("US-ASCII"));
      assertTrue(new String(other.getInputStream().readAllBytes(), "US-ASCII").endsWith("four"));
    }
    clients.remove(0).close();
    TestServer.until("the place is free", () -> listener.connections() == 2);
    clients.add(new RawClient(to));
    assertEquals("four", clients.get(2).get("/").read().body);
    listener.update(spec(to, 0, false));
    clients.add(new RawClient(to));
    assertEquals("four", clients.get(3).get("/").read().body);
    for (RawClient client : clients) {
      client.close();
    }
  }
}
