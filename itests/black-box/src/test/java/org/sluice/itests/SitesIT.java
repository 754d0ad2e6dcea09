package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.testing.Await;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawResponse;

/** Sites by name on ports they share, in both families. */
class SitesIT {
  private static Front front;

  @BeforeAll
  static void start() throws IOException {
    Base base =
        Base.make("sites")
            .site("default", "listen=*:0", "limit.connections-per-address=20", "reuse-port=on")
            .site("a", "listen=*:0", "hosts=a.example,[2001:db8::1]")
            .site("b", "listen=*:0", "hosts=*.b.example")
            .site("deep", "listen=*:0", "hosts=*.c.b.example,c.b.example")
            .fixed("any", "/", "default");
    for (String site : new String[] {"a", "b", "deep"}) {
      base.route(site, "site=" + site, "target=status:200", "status.text=" + site);
    }
    front = Front.start(base);
  }

  @AfterAll
  static void stop() {
    front.close();
  }

  private static String ask(String address, String request) throws IOException {
    InetSocketAddress to =
        new InetSocketAddress(InetAddress.getByName(address), front.port("0.0.0.0"));
    try (RawHttpClient client = RawHttpClient.connect(to)) {
      return client.send(request).readResponse().text();
    }
  }

  private static boolean hasIpv6() throws IOException {
    Path addresses = Path.of("/proc/net/if_inet6");
    return Files.exists(addresses) && !Files.readString(addresses).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "a.example, a",
    "A.Example:8080, a",
    "a.example., a",
    "[2001:DB8:0::1]:80, a",
    "x.a.example, default",
    "b.example, default",
    "x.b.example, b",
    "y.x.b.example, b",
    "c.b.example, deep",
    "x.c.b.example, deep",
    "xc.b.example, b",
    "127.0.0.1, default",
    "'', default"
  })
  void areFoundByHost(String host, String site) throws IOException {
    assertEquals(site, ask("127.0.0.1", "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"));
    if (hasIpv6()) {
      assertEquals(site, ask("::1", "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"));
    }
  }

  /** RFC 9112 section 3.2.2: the target's authority replaces Host. */
  @ParameterizedTest
  @CsvSource({
    "a.example, x.b.example, a",
    "x.b.example, a.example, b",
    "other, a.example, default"
  })
  void anAbsoluteTargetDecides(String authority, String host, String site) throws IOException {
    String request = "GET http://" + authority + "/ HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    assertEquals(site, ask("127.0.0.1", request));
  }

  @Test
  void bothFamiliesShareThePort() throws IOException {
    assumeTrue(hasIpv6(), "this machine has no IPv6");
    assertEquals("default", ask("::1", "GET / HTTP/1.0\r\n\r\n"));
    assertEquals("default", ask("127.0.0.1", "GET / HTTP/1.0\r\n\r\n"));
  }

  /** T11: one client cannot take every connection; another one does not notice. */
  @Test
  void oneClientHasNoMoreThanItsShare() throws Exception {
    List<RawHttpClient> clients = new ArrayList<>();
    InetSocketAddress to =
        new InetSocketAddress(InetAddress.getByName("127.0.0.1"), front.port("0.0.0.0"));
    try {
      for (int i = 0; i < 20; i++) {
        RawHttpClient client = bound("127.0.0.7", to);
        clients.add(client);
        assertEquals("default", client.get("/").readResponse().text());
      }
      try (RawHttpClient tooMany = bound("127.0.0.7", to)) {
        tooMany.awaitEnd();
      } catch (SocketException reset) {
        // Or so, if it noticed before it asked.
      }
      assertEquals("default", ask("127.0.0.1", "GET / HTTP/1.0\r\n\r\n"));
      Await.until(
          () -> front.complaints("limit.connections-per-address").size() == 1,
          "one line in the log");
      clients.remove(0).close();
      Await.until(
          () -> {
            try (RawHttpClient again = bound("127.0.0.7", to)) {
              return again.get("/").readResponse().status() == 200;
            }
          },
          "there is room again");
    } finally {
      for (RawHttpClient client : clients) {
        client.close();
      }
    }
  }

  private static RawHttpClient bound(String from, InetSocketAddress to) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
    return RawHttpClient.connect(to, socket);
  }

  /** A site whose new address is in use stays where it is, and moves when that is free. */
  @Test
  void aSiteMovesWhenItsNewAddressCanBeOpened() throws Exception {
    Base base = Base.withSite("site-moves").fixed("all", "/", "all");
    InetAddress here = InetAddress.getByName("127.0.0.1");
    try (Front moving = Front.start(base)) {
      InetSocketAddress wanted;
      try (ServerSocket taken = new ServerSocket(0, 1, here)) {
        wanted = new InetSocketAddress(here, taken.getLocalPort());
        String address = "127.0.0.1:" + wanted.getPort();
        base.site("main", "listen=" + address);
        moving.awaitRow("sluice:status", SitesIT::isProblem, "the problem");
        moving.awaitRow(
            "sluice:sites",
            row -> row.toString().contains("cannot be reached at " + address),
            "the site's state");
        assertEquals("all", moving.get("/").text());
      }
      Await.until(() -> answers(wanted), "the listener is opened without another change");
      assertTrue(moving.table("sluice:status").stream().noneMatch(SitesIT::isProblem));
    }
  }

  private static boolean answers(InetSocketAddress to) throws IOException {
    try (RawHttpClient client = RawHttpClient.connect(to)) {
      return client.get("/").readResponse().text().equals("all");
    } catch (ConnectException notYet) {
      return false;
    }
  }

  private static boolean isProblem(JsonObject row) {
    return row.toString().contains("site~main.cfg:1 listen=127.0.0.1:");
  }

  @Test
  void eachLoopHasAListeningSocket() throws IOException {
    String port = String.format(":%04X 00000000:0000 0A", front.port("0.0.0.0"));
    long sockets =
        Files.readAllLines(Path.of("/proc/net/tcp")).stream()
            .filter(line -> line.contains(" 00000000" + port))
            .count();
    assertTrue(sockets >= 1, "listening sockets");
    assertEquals(Runtime.getRuntime().availableProcessors(), sockets);
  }

  /** On the wire: an error's content is told of once, and as what it is. */
  @Test
  void fieldsOfARouteLeaveErrorsReadable() throws IOException {
    Base base =
        Base.make("sites-fields")
            .site("main", "listen=127.0.0.1:0", "header.Content-Type=text/csv")
            .route("none", "path=/none", "target=fd:run/none.sock", "header.Retry-After=9")
            .fixed("text", "/text", "a,b");
    try (Front other = Front.start(base)) {
      RawResponse text = other.get("/text");
      assertEquals("text/csv", text.header("Content-Type"));
      assertEquals(1, text.count("Content-Type"));
      RawResponse none = other.get("/none");
      assertEquals(503, none.status());
      assertEquals("text/plain; charset=utf-8", none.header("Content-Type"));
      assertEquals(1, none.count("Content-Type"));
      assertEquals("9", none.header("Retry-After"));
      assertEquals(1, none.count("Retry-After"));
      assertEquals(404, other.get("/missing").status());
    }
  }
}
