package org.sluice.access.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.api.hook.Verdict;
import org.sluice.testing.MapOptions;
import org.sluice.testing.MemoryExchange;

class AddressRulesTest {
  private static MapOptions options(String... keysAndValues) {
    return MapOptions.of(keysAndValues).declared(AccessOptions.class);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8,10.255.1.2,true",
    "10.0.0.0/8,11.0.0.1,false",
    "10.1.2.3,10.1.2.3,true",
    "10.1.2.3,10.1.2.4,false",
    "10.1.2.3/8,10.9.9.9,true",
    "192.168.1.128/25,192.168.1.127,false",
    "192.168.1.128/25,192.168.1.129,true",
    "10.1.2.2/31,10.1.2.3,true",
    "10.1.2.2/31,10.1.2.4,false",
    "0.0.0.0/0,203.0.113.9,true",
    "0.0.0.0/0,2001:db8::1,false",
    "::/0,2001:db8::1,true",
    "::/0,10.0.0.1,false",
    "2001:db8::/32,2001:db8:ffff::1,true",
    "2001:db8::/33,2001:db8:ffff::1,false",
    "::1,::1,true",
    "::1,127.0.0.1,false",
    "::ffff:10.0.0.0/104,10.7.7.7,true",
    "::ffff:10.0.0.1,10.0.0.1,true",
    "all,2001:db8::1,true",
    "all,10.0.0.1,true"
  })
  void networks(String word, String address, boolean in) throws Exception {
    byte[] bytes = InetAddress.getByName(address).getAddress();
    assertEquals(in, Network.parse(word).stream().anyMatch(network -> network.contains(bytes)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "10.1",
        "10.1.2.3.4",
        "10.1.2.256",
        "10.1.2.-1",
        "10.1.2.3/33",
        "10.1.2.3/",
        "10.1.2.3/8/8",
        "10.01.2.3",
        "localhost",
        "example.com",
        "::1/129",
        "1::2::3",
        "fe80::1%eth0",
        "::ffff:10.0.0.0/95",
        "*",
        "ALL",
        "10.1.2.3 10.1.2.4"
      })
  void whatIsNoNetworkIsRefusedWithoutAsking(String word) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Network.parse(word));
    assertTrue(e.getMessage().contains("'" + word + "' is no network"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "'','',192.0.2.1,true",
    "'10.0.0.0/8, 192.0.2.0/24','',192.0.2.1,true",
    "'10.0.0.0/8','',192.0.2.1,false",
    "'','192.0.2.0/24',192.0.2.1,false",
    "'','192.0.2.0/24',192.0.3.1,true",
    "'192.0.2.1','192.0.2.0/24',192.0.2.1,false",
    "'all','192.0.2.7',192.0.2.1,true",
    "'','all',2001:db8::1,false"
  })
  void denyBeatsAllow(String allow, String deny, String client, boolean in) {
    MapOptions options = options("access.allow", allow, "access.deny", deny);
    Verdict verdict =
        new AccessHook().call(MemoryExchange.get("/").client(client, 4711).build(), options);
    assertEquals(in ? 0 : 403, verdict.status());
  }

  /** T8, T14: what a client says about itself does not matter. */
  @Test
  void noHeaderSaysWhoAsks() {
    MemoryExchange exchange =
        MemoryExchange.get("/")
            .client("192.0.2.1", 4711)
            .header("X-Forwarded-For", "10.0.0.1")
            .header("Forwarded", "for=10.0.0.1")
            .header("X-Real-IP", "10.0.0.1")
            .build();
    assertEquals(
        403, new AccessHook().call(exchange, options("access.allow", "10.0.0.0/8")).status());
  }

  /** Else the route would answer 500 until somebody looks into the log. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "300.1.1.1", "10.1.1", "10.1.1.1.1", "010.0.0.1", "10.0.0.0/33", "10.0.0.0/", "::/129",
        "1::2::3", "1:2:3", "12345::", "fe80::1%lo", "intranet", "10.0.0.0/255.0.0.0", "*"
      })
  void theConfigurationRefuses(String word) {
    assertFalse(word.matches(AccessOptions.PATTERN_));
    assertThrows(IllegalArgumentException.class, () -> Network.parse(word));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "all",
        "0.0.0.0/0",
        "255.255.255.255/32",
        "10.1.2.3",
        "::",
        "::1",
        "::/0",
        "2001:db8::/32",
        "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7:8/128",
        "::ffff:10.1.2.3",
        "1:2:3:4:5:6:10.1.2.3",
        "2001:DB8::1/64"
      })
  void theConfigurationTakes(String word) {
    assertTrue(word.matches(AccessOptions.PATTERN_));
    assertFalse(Network.parse(word).isEmpty());
  }

  @Test
  void aBadListNamesItsPlaceAndLetsNobodyIn() {
    MapOptions options = options("access.allow", "10.0.0.0/8, intranet");
    for (int i = 0; i < 2; i++) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> new AccessHook().call(MemoryExchange.get("/").build(), options));
      assertTrue(e.getMessage().contains("access.allow: 'intranet'"), e.getMessage());
    }
  }

  @Test
  void withoutOptionsEverybodyPasses() {
    assertEquals(
        List.of(0),
        List.of(new AccessHook().call(MemoryExchange.get("/").build(), options()).status()));
  }
}
