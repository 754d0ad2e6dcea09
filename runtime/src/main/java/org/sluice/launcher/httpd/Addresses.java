package org.sluice.launcher.httpd;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Addresses of {@code Listen}, and what of them a virtual host or the main server answers. */
final class Addresses {
  private static final String ANY = "*";

  private final Set<String> listens = new LinkedHashSet<>();

  /** An address of {@code Listen}, as we write it: a port alone is that of all addresses. */
  void listen(String text) {
    listens.add(text.indexOf(':') < 0 ? ANY + ":" + text : text.replace("0.0.0.0:", "*:"));
  }

  List<String> all() {
    return listens.isEmpty() ? List.of("*:80") : List.copyOf(listens);
  }

  /**
   * Where a virtual host is served. Its address only selects among those of {@code Listen}, so that
   * {@code *:80} is no wider than they are.
   */
  List<String> of(String host) {
    String wanted = host(host);
    Set<String> served = new LinkedHashSet<>();
    for (String listen : listens) {
      boolean same = wanted.equals(ANY) || wanted.equals(host(listen));
      if (samePort(host, listen) && (same || host(listen).equals(ANY))) {
        served.add(same ? listen : wanted + ":" + port(listen));
      }
    }
    String port = port(host).equals(ANY) ? "80" : port(host);
    return served.isEmpty() ? List.of(wanted + ":" + port) : List.copyOf(served);
  }

  /** The addresses of {@code Listen} that no virtual host has: the main server answers there. */
  List<String> besides(List<String> hosts) {
    List<String> left = new ArrayList<>(listens);
    left.removeIf(listen -> hosts.stream().anyMatch(host -> touches(host, listen)));
    return left;
  }

  /** Those of them that virtual hosts have for a part of the machine's addresses. */
  List<String> shared(List<String> hosts) {
    List<String> shared = new ArrayList<>(listens);
    shared.removeIf(
        listen ->
            !host(listen).equals(ANY)
                || hosts.stream().noneMatch(host -> touches(host, listen))
                || hosts.stream().anyMatch(host -> samePort(host, listen) && isAny(host)));
    return shared;
  }

  private static boolean touches(String host, String listen) {
    boolean any = isAny(host) || host(listen).equals(ANY);
    return samePort(host, listen) && (any || host(host).equals(host(listen)));
  }

  private static boolean isAny(String host) {
    return host(host).equals(ANY);
  }

  private static boolean samePort(String host, String listen) {
    return port(host).equals(ANY) || port(host).equals(port(listen));
  }

  private static String host(String address) {
    if (address.matches("[0-9]+")) {
      return ANY;
    }
    String host = hasPort(address) ? address.substring(0, address.lastIndexOf(':')) : address;
    return host.equals("_default_") || host.equals("0.0.0.0") ? ANY : host;
  }

  /** {@code *} where a virtual host names none, which is every port. */
  private static String port(String address) {
    if (address.matches("[0-9]+")) {
      return address;
    }
    return hasPort(address) ? address.substring(address.lastIndexOf(':') + 1) : ANY;
  }

  private static boolean hasPort(String address) {
    return address.lastIndexOf(':') > address.lastIndexOf(']');
  }
}
