package org.sluice.backend.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks begin and end with their members. */
class HealthCheckTest {
  private final Backends backends = new Backends();
  private ServerSocketChannel backend;

  @BeforeEach
  void listen() throws IOException {
    backend = listener();
  }

  @AfterEach
  void close() throws IOException {
    backends.close();
    backend.close();
  }

  private static ServerSocketChannel listener() throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open();
    return listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  private static void put(Members members, ServerSocketChannel backend) throws IOException {
    int port = ((InetSocketAddress) backend.getLocalAddress()).getPort();
    String target = "http://127.0.0.1:" + port;
    members.put(
        "m", Map.of("balancer", "c", "target", target, "health", "http", "health.timeout", "1h"));
  }

  @Test
  void nobodyIsConnectedByACheckOfTheConfiguration() throws Exception {
    Members members = new Members(backends, true);
    put(members, backend);
    Members others = new Members(backends, false);
    try (ServerSocketChannel later = listener()) {
      put(others, later);
      later.accept().close();
    }
    backend.configureBlocking(false);
    assertNull(backend.accept());
    members.close();
    others.close();
  }

  @Test
  void aCheckEndsWithItsMember() throws Exception {
    Members members = new Members(backends, false);
    put(members, backend);
    try (SocketChannel probe = backend.accept()) {
      assertNotNull(probe);
      members.close();
      Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> readToEnd(probe));
    }
    assertEquals("ok", members.named("m").state());
  }

  private static void readToEnd(SocketChannel probe) throws IOException {
    while (probe.read(ByteBuffer.allocate(8192)) >= 0) {
      // The question, which nobody answers.
    }
  }

  @Test
  void theLoopHasEndedWhenTheBundleHas() throws Exception {
    Members members = new Members(backends, false);
    put(members, backend);
    EventLoop loop = backends.own();
    try (SocketChannel probe = backend.accept()) {
      assertNotNull(probe);
      members.close();
      backends.close();
      assertTrue(loop.isTerminated());
    }
  }
}
