package org.sluice.backend.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sluice.api.route.Match;
import org.sluice.api.route.Target;

/**
 * A target taken apart: {@code http://HOST[:PORT][/PATH]}, {@code unix:SOCKET[|http://HOST/PATH]}
 * or {@code balancer://NAME[/PATH]}. Immutable.
 */
final class BackendTarget {
  private static final Pattern URL =
      Pattern.compile("//(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?(/[^?#]*)?");
  private static final Pattern BALANCER = Pattern.compile("(?://)?([A-Za-z0-9._-]+)(/[^?#]*)?");

  private final Address address;
  private final String balancer;
  private final String host;
  private final String path;
  private final boolean references;

  private BackendTarget(Address address, String balancer, String host, String path) {
    this.address = address;
    this.balancer = balancer;
    this.host = host;
    this.path = path == null ? "" : path;
    this.references = this.path.matches(".*\\$[0-9].*");
  }

  /**
   * Takes a target apart.
   *
   * @throws IllegalArgumentException with what is allowed
   */
  static BackendTarget of(Target target) {
    return switch (target.scheme()) {
      case "http" -> http(target.rest());
      case "unix" -> unix(target.rest());
      case "balancer" -> balancer(target.rest());
      default ->
          throw new IllegalArgumentException(
              "a backend is http://HOST[:PORT][/PATH] or unix:SOCKET[|http://HOST/PATH]: "
                  + target);
    };
  }

  private static BackendTarget http(String rest) {
    Matcher url = URL.matcher(rest);
    if (!url.matches()) {
      throw new IllegalArgumentException("this target is http://HOST[:PORT][/PATH]: http:" + rest);
    }
    int port = url.group(2) == null ? 80 : Integer.parseInt(url.group(2));
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("a port is 1 to 65535: http:" + rest);
    }
    String name = url.group(1);
    String bare = name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
    String host = port == 80 ? name : name + ":" + port;
    return new BackendTarget(Address.ofHost(bare, port), null, host, url.group(3));
  }

  private static BackendTarget unix(String rest) {
    int pipe = rest.indexOf('|');
    String socket = pipe < 0 ? rest : rest.substring(0, pipe);
    Address address = Address.ofSocket(socket.startsWith("///") ? socket.substring(2) : socket);
    String behind = pipe < 0 ? "http:" : rest.substring(pipe + 1);
    if (behind.equals("http:") || behind.equals("http://")) {
      return new BackendTarget(address, null, "localhost", "");
    }
    if (!behind.startsWith("http://")) {
      throw new IllegalArgumentException(
          "this target is unix:SOCKET or unix:SOCKET|http://HOST/PATH: unix:" + rest);
    }
    BackendTarget named = http(behind.substring("http:".length()));
    return new BackendTarget(address, null, named.host, named.path);
  }

  private static BackendTarget balancer(String rest) {
    Matcher name = BALANCER.matcher(rest);
    if (!name.matches()) {
      throw new IllegalArgumentException(
          "this target is balancer:NAME or balancer://NAME/PATH: balancer:" + rest);
    }
    return new BackendTarget(null, name.group(1), null, name.group(2));
  }

  /** Where to connect; null for a balancer. */
  Address address() {
    return address;
  }

  /** Name of the balancer, or null. */
  String balancer() {
    return balancer;
  }

  /** Value of Host for the backend, without the default port; null for a balancer. */
  String host() {
    return host;
  }

  /** Path of the target as configured; empty or from a slash on. */
  String path() {
    return path;
  }

  /** Whether the path has {@code $0} to {@code $9}. */
  boolean hasReferences() {
    return references;
  }

  /** The path with captures put in, each encoded (T4); an absent group gives nothing. */
  String expand(Match match) {
    StringBuilder out = new StringBuilder(path.length() + 32);
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      boolean reference =
          c == '$'
              && i + 1 < path.length()
              && path.charAt(i + 1) >= '0'
              && path.charAt(i + 1) <= '9';
      if (!reference) {
        out.append(c);
        continue;
      }
      String text = match.group(path.charAt(++i) - '0');
      if (text != null) {
        PathCodec.encode(text, out);
      }
    }
    return out.toString();
  }
}
