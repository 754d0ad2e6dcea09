package org.sluice.backend.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.sluice.api.config.Option;
import org.sluice.api.config.OptionSet;
import org.sluice.api.config.OptionType;

/** Options of the {@code http:}, {@code unix:} and {@code balancer:} handlers on routes. */
@ObjectClassDefinition(name = "Backends", description = "Requests that backends answer")
@OptionSet(plugin = "backend")
@interface BackendKeys {
  /** Value of Host. */
  @AttributeDefinition(
      name = "backend.host",
      description =
          "Host field for the backend: 'target' is the host of the target, 'client' what the client"
              + " sent, anything else is taken as it is. Default target.")
  @Option
  String backend_host() default "target";

  /** Whether Via is written. */
  @AttributeDefinition(
      name = "backend.via",
      description =
          "Via in requests: 'on' adds ours to the client's, 'off' leaves it as it came, 'block'"
              + " removes it. Default on.")
  @Option(type = OptionType.CHOICE, choices = "on|off|block")
  String backend_via() default "on";

  /** Protocols that a client may switch to. */
  @AttributeDefinition(
      name = "backend.upgrade",
      description =
          "Protocols that a client may switch to (RFC 9110 section 7.8); 'any', or 'off'. Default"
              + " websocket.")
  @Option(type = OptionType.LIST)
  String backend_upgrade() default "websocket";

  /** Time to connect. */
  @AttributeDefinition(
      name = "backend.connect-timeout",
      description = "To connect, each address anew. Default 5s.")
  @Option(type = OptionType.DURATION, min = "1ms", max = "10m")
  String backend_connect$_$timeout() default "5s";

  /** Time to the head. */
  @AttributeDefinition(
      name = "backend.first-byte-timeout",
      description =
          "From the whole request sent to the whole head of the response; 0s: none. Default 60s.")
  @Option(type = OptionType.DURATION, min = "0s", max = "1d")
  String backend_first$_$byte$_$timeout() default "60s";

  /** Time without progress. */
  @AttributeDefinition(
      name = "backend.progress-timeout",
      description =
          "Without progress of the request or the response, while the client is not waited for;"
              + " 0s: none. Default 60s.")
  @Option(type = OptionType.DURATION, min = "0s", max = "1d")
  String backend_progress$_$timeout() default "60s";

  /** Time to wait for 100. */
  @AttributeDefinition(
      name = "backend.continue-timeout",
      description =
          "How long a client that waits for 100 Continue waits for the backend's, before the body"
              + " is asked for anyway. Default 1s.")
  @Option(type = OptionType.DURATION, min = "1ms", max = "10m")
  String backend_continue$_$timeout() default "1s";

  /** Time without bytes after an upgrade. */
  @AttributeDefinition(
      name = "backend.tunnel-timeout",
      description = "Without a byte in either direction after an upgrade; 0s: none. Default 1h.")
  @Option(type = OptionType.DURATION, min = "0s", max = "30d")
  String backend_tunnel$_$timeout() default "1h";

  /** Idle time of pooled connections. */
  @AttributeDefinition(
      name = "backend.idle-timeout",
      description =
          "Idle time after which a pooled connection is closed; less than the backend's own."
              + " Default 60s.")
  @Option(type = OptionType.DURATION, min = "1s", max = "1d")
  String backend_idle$_$timeout() default "60s";

  /** Whether connections are used again. */
  @AttributeDefinition(
      name = "backend.reuse",
      description = "Whether connections are used again. Default on.")
  @Option(type = OptionType.FLAG)
  String backend_reuse() default "on";

  /** Most connections. */
  @AttributeDefinition(
      name = "backend.connections",
      description =
          "Most connections to one backend, of all routes that name it; 0: no limit. Default 0.")
  @Option(type = OptionType.NUMBER, min = "0", max = "1000000")
  String backend_connections() default "0";

  /** Wait for a connection. */
  @AttributeDefinition(
      name = "backend.acquire-timeout",
      description =
          "How long a request waits for a connection when backend.connections are open, before 503."
              + " Default 0s.")
  @Option(type = OptionType.DURATION, min = "0s", max = "10m")
  String backend_acquire$_$timeout() default "0s";

  /** TCP keepalive. */
  @AttributeDefinition(
      name = "backend.keepalive",
      description = "TCP keepalive on connections to backends. Default off.")
  @Option(type = OptionType.FLAG)
  String backend_keepalive() default "off";

  /** How long a looked-up name holds. */
  @AttributeDefinition(
      name = "backend.address-ttl",
      description = "How long the addresses of a looked-up name are used. Default 30s.")
  @Option(type = OptionType.DURATION, min = "1s", max = "30d")
  String backend_address$_$ttl() default "30s";

  /** Largest head. */
  @AttributeDefinition(
      name = "backend.limit.head",
      description = "Largest head of a response, and largest trailers. Default 64k.")
  @Option(type = OptionType.SIZE, min = "512", max = "1m")
  String backend_limit_head() default "64k";

  /** Longest line. */
  @AttributeDefinition(
      name = "backend.limit.field",
      description = "Longest line in the head of a response. Default 16k.")
  @Option(type = OptionType.SIZE, min = "64", max = "1m")
  String backend_limit_field() default "16k";

  /** Most fields. */
  @AttributeDefinition(
      name = "backend.limit.fields",
      description = "Most fields in the head of a response. Default 200.")
  @Option(type = OptionType.NUMBER, min = "1", max = "10000")
  String backend_limit_fields() default "200";

  /** What is rewritten in Location. */
  @AttributeDefinition(
      name = "backend.reverse",
      description =
          "Rewrites Location and Content-Location: 'auto' those that begin with the target's URL,"
              + " 'off' none; further entries are 'URL' or '/PATH', mapped to the route's path, or"
              + " 'URL PATH', mapped to PATH. Default auto.")
  @Option(type = OptionType.LIST)
  String backend_reverse() default "auto";

  /** Cookie paths. */
  @AttributeDefinition(
      name = "backend.cookie-path",
      description =
          "Entries 'INTERNAL PUBLIC': a path of Set-Cookie that begins with INTERNAL becomes"
              + " PUBLIC. Default: none.")
  @Option(type = OptionType.LIST)
  String backend_cookie$_$path() default "";

  /** Cookie domains. */
  @AttributeDefinition(
      name = "backend.cookie-domain",
      description =
          "Entries 'INTERNAL PUBLIC': a domain of Set-Cookie that begins with INTERNAL becomes"
              + " PUBLIC. Default: none.")
  @Option(type = OptionType.LIST)
  String backend_cookie$_$domain() default "";

  /** Cookies that do not pass. */
  @AttributeDefinition(
      name = "backend.cookie-remove",
      description =
          "Names of cookies that pass in neither direction; a name that ends in * stands for all"
              + " that begin so. Default: none.")
  @Option(type = OptionType.LIST)
  String backend_cookie$_$remove() default "";
}
