package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of backends and balancers are read strictly, and before the first request. */
class ProxyCheckIT {
  /** Wrong values, each with a word of what is allowed. */
  private static final List<String> WRONG =
      List.of(
          "backend.connections=5x",
          "backend.connections=-1",
          "backend.connections=1e3",
          "backend.connect-timeout=5",
          "backend.connect-timeout=0s",
          "backend.first-byte-timeout=1.5s",
          "backend.limit.head=64kb",
          "backend.reuse=yes",
          "backend.via=full",
          "backend.host=a b",
          "backend.reverse=app.internal",
          "backend.cookie-path=/app/",
          "backend.cookie-domain=a b c",
          "backend.surprise=1",
          "balancer.hash=room",
          "balancer.stickysession=A|B|C",
          "balancer.stickysessionsep=..",
          "balancer.cookie=a b",
          "balancer.timeout=1",
          "balancer.maxattempts=1x",
          "balancer.failonstatus=500,5xx",
          "balancer.eject-percent=101",
          "balancer.eject-after=+2",
          "mapping=raw",
          "nocanon=1",
          "forwarded=on",
          "request-buffer=1x",
          "error-override=600");

  private static Distribution.Result result;

  @BeforeAll
  static void check() throws IOException {
    Base base = Base.withSite("proxy-check");
    for (int i = 0; i < WRONG.size(); i++) {
      base.route("r" + i, "path=/r" + i + "/", "target=http://127.0.0.1:1/", WRONG.get(i));
    }
    base.route("good", good())
        .file("etc/org.sluice.member~m.cfg", "balancer=c", "target=http://h", "loadfactor=1.25");
    result = Distribution.run("check", "--base", base.path().toString());
  }

  /** Every key with a value that is not its default. */
  private static String[] good() {
    return new String[] {
      "path=/good/",
      "target=balancer:c",
      "backend.host=app.internal:81",
      "backend.upgrade=websocket,x/1",
      "backend.reverse=auto,/app/,http://app.internal/x/ /y/",
      "backend.cookie-path=/app/ /,/x /y",
      "backend.cookie-domain=.internal example.org",
      "backend.cookie-remove=debug*",
      "balancer.hash=path:2",
      "balancer.stickysession=JSESSIONID|jsessionid",
      "balancer.stickysessionsep=off",
      "balancer.cookie=LB_x",
      "balancer.failonstatus=500,503",
    };
  }

  static List<String> wrong() {
    return WRONG;
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void wrongValueIsNamedWithItsLine(String line) {
    String place = "org.sluice.route~r" + WRONG.indexOf(line) + ".cfg:";
    assertTrue(
        result.lines().stream()
            .anyMatch(
                said ->
                    said.startsWith("error etc/" + place)
                        && said.contains(line.substring(0, line.indexOf('=')))
                        && said.indexOf(':', said.indexOf(line.split("=")[0])) > 0),
        () -> line + " is not said in\n" + result.text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"org.sluice.route~good.cfg", "org.sluice.member~m.cfg"})
  void rightValuesAreTaken(String file) {
    assertTrue(
        result.lines().stream().noneMatch(line -> line.contains("etc/" + file)), result::text);
  }

  /** Nor does a check of the configuration say anything about how members fare. */
  @Test
  void noMemberIsConnected() throws IOException {
    try (ServerSocketChannel member = ServerSocketChannel.open()) {
      member.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      member.configureBlocking(false);
      int port = ((InetSocketAddress) member.getLocalAddress()).getPort();
      Base base =
          Base.withSite("proxy-check-member")
              .route("b", "path=/b/", "target=balancer:c")
              .file(
                  "etc/org.sluice.member~m.cfg",
                  "balancer=c",
                  "target=http://127.0.0.1:" + port,
                  "health=http");
      Distribution.Result quiet = Distribution.run("check", "--base", base.path().toString());
      assertEquals(List.of("ok"), quiet.lines(), quiet::text);
      assertNull(member.accept());
    }
  }

  @Test
  void checkFails() {
    assertEquals(1, result.status(), result::text);
  }
}
