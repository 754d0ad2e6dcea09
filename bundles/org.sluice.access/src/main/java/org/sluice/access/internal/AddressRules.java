package org.sluice.access.internal;

import java.util.ArrayList;
import java.util.List;
import org.sluice.api.config.Options;

/**
 * Whom a route lets in by address: no list of {@code access.deny} may name the client, and every
 * list of {@code access.allow} must. Immutable.
 */
final class AddressRules {
  private final Network[][] allow;
  private final Network[][] deny;

  /**
   * Reads the lists.
   *
   * @throws IllegalArgumentException if one holds what is no network: the route stays closed
   */
  AddressRules(Options options) {
    allow = lists(options, "access.allow");
    deny = lists(options, "access.deny");
  }

  private static Network[][] lists(Options options, String key) {
    List<Network[]> lists = new ArrayList<>();
    for (String text : options.all(key)) {
      List<Network> networks = new ArrayList<>();
      for (String word : text.split(",")) {
        try {
          networks.addAll(Network.parse(word.strip()));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              options.origin(key) + " " + key + ": " + e.getMessage(), e);
        }
      }
      lists.add(networks.toArray(new Network[0]));
    }
    return lists.toArray(new Network[0][]);
  }

  /** Whether there is anything to check. */
  boolean isEmpty() {
    return allow.length == 0 && deny.length == 0;
  }

  /** Whether a client of that address may ask. */
  boolean admits(byte[] address) {
    for (Network[] list : deny) {
      if (holds(list, address)) {
        return false;
      }
    }
    for (Network[] list : allow) {
      if (!holds(list, address)) {
        return false;
      }
    }
    return true;
  }

  private static boolean holds(Network[] list, byte[] address) {
    for (Network network : list) {
      if (network.contains(address)) {
        return true;
      }
    }
    return false;
  }
}
