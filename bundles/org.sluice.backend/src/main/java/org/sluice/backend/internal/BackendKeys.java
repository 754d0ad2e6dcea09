package org.sluice.backend.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.sluice.api.config.Option;
import org.sluice.api.config.OptionSet;
import org.sluice.api.config.OptionType;

/**
 * Options of the {@code http:}, {@code unix:} and {@code balancer:} handlers on routes. A key is
 * the method's name with its underscores as dots and {@code $_$} as a hyphen.
 */
@ObjectClassDefinition(name = "Backends", description = "Requests that backends answer")
@OptionSet(plugin = "backend")
@interface BackendKeys {
  @AttributeDefinition(
      description =
          "Host field for the backend: 'target' is the host of the target, 'client' what the client"
              + " sent, anything else is taken as it is. Default target.")
  @Option(pattern = "[!-~]+", form = "client, target, or a host")
  String backend_host() default "target";

  @AttributeDefinition(
      description =
          "Via in requests: 'on' adds ours to the client's, 'off' leaves it as it came, 'block'"
              + " removes it. Default on.")
  @Option(type = OptionType.CHOICE, choices = "on|off|block")
  String backend_via() default "on";

  @AttributeDefinition(
      description =
          "Protocols that a client may switch to (RFC 9110 section 7.8); 'any', or 'off'. Default"
              + " websocket.")
  @Option(type = OptionType.LIST, pattern = "[!-~]+", form = "protocols, any or off")
  String backend_upgrade() default "websocket";

  @AttributeDefinition(description = "To connect, each address anew. Default 5s.")
  @Option(type = OptionType.DURATION, min = "1ms", max = "10m")
  String backend_connect$_$timeout() default "5s";

  @AttributeDefinition(
      description =
          "From the whole request sent to the whole head of the response; 0s: none. Default 60s.")
  @Option(type = OptionType.DURATION, min = "0s", max = "1d")
  String backend_first$_$byte$_$timeout() default "60s";

  @AttributeDefinition(
      description =
          "Without progress of the request or the response, while the client is not waited for;"
              + " 0s: none. Default 60s.")
  @Option(type = OptionType.DURATION, min = "0s", max = "1d")
  String backend_progress$_$timeout() default "60s";

  @AttributeDefinition(
      description =
          "How long a client that waits for 100 Continue waits for the backend's, before the body"
              + " is asked for anyway. Default 1s.")
  @Option(type = OptionType.DURATION, min = "1ms", max = "10m")
  String backend_continue$_$timeout() default "1s";

  @AttributeDefinition(
      description = "Without a byte in either direction after an upgrade; 0s: none. Default 1h.")
  @Option(type = OptionType.DURATION, min = "0s", max = "30d")
  String backend_tunnel$_$timeout() default "1h";

  @AttributeDefinition(
      description =
          "Idle time after which a pooled connection is closed; less than the backend's own."
              + " Default 60s.")
  @Option(type = OptionType.DURATION, min = "1s", max = "1d")
  String backend_idle$_$timeout() default "60s";

  @AttributeDefinition(description = "Whether connections are used again. Default on.")
  @Option(type = OptionType.FLAG)
  String backend_reuse() default "on";

  @AttributeDefinition(
      description =
          "Most connections to one backend, of all routes that name it; 0: no limit. Default 0.")
  @Option(type = OptionType.NUMBER, min = "0", max = "1000000")
  String backend_connections() default "0";

  @AttributeDefinition(
      description =
          "How long a request waits for a connection when backend.connections are open, before 503."
              + " Default 0s.")
  @Option(type = OptionType.DURATION, min = "0s", max = "10m")
  String backend_acquire$_$timeout() default "0s";

  @AttributeDefinition(description = "TCP keepalive on connections to backends. Default off.")
  @Option(type = OptionType.FLAG)
  String backend_keepalive() default "off";

  @AttributeDefinition(
      description = "How long the addresses of a looked-up name are used. Default 30s.")
  @Option(type = OptionType.DURATION, min = "1s", max = "30d")
  String backend_address$_$ttl() default "30s";

  @AttributeDefinition(
      description = "Largest head of a response, and largest trailers. Default 64k.")
  @Option(type = OptionType.SIZE, min = "512", max = "1m")
  String backend_limit_head() default "64k";

  @AttributeDefinition(description = "Longest line in the head of a response. Default 16k.")
  @Option(type = OptionType.SIZE, min = "64", max = "1m")
  String backend_limit_field() default "16k";

  @AttributeDefinition(description = "Most fields in the head of a response. Default 200.")
  @Option(type = OptionType.NUMBER, min = "1", max = "10000")
  String backend_limit_fields() default "200";

  @AttributeDefinition(
      description =
          "Rewrites Location and Content-Location: 'auto' those that begin with the target's URL,"
              + " 'off' none; further entries are 'URL' or '/PATH', mapped to the route's path, or"
              + " 'URL PATH', mapped to PATH. Default auto.")
  @Option(
      type = OptionType.LIST,
      pattern = "auto|off|(https?://[^/\\s]+)?(/\\S*)?(\\s+/\\S*)?",
      form = "auto, off, URL, /PATH, and URL or /PATH with a blank and the public /PATH")
  String backend_reverse() default "auto";

  @AttributeDefinition(
      description =
          "Entries 'INTERNAL PUBLIC': a path of Set-Cookie that begins with INTERNAL becomes"
              + " PUBLIC. Default: none.")
  @Option(
      type = OptionType.LIST,
      pattern = "\\S+\\s+\\S+",
      form = "INTERNAL PUBLIC, with a blank between them")
  String backend_cookie$_$path() default "";

  @AttributeDefinition(
      description =
          "Entries 'INTERNAL PUBLIC': a domain of Set-Cookie that begins with INTERNAL becomes"
              + " PUBLIC. Default: none.")
  @Option(
      type = OptionType.LIST,
      pattern = "\\S+\\s+\\S+",
      form = "INTERNAL PUBLIC, with a blank between them")
  String backend_cookie$_$domain() default "";

  @AttributeDefinition(
      description =
          "Names of cookies that pass in neither direction; a name that ends in * stands for all"
              + " that begin so. Default: none.")
  @Option(type = OptionType.LIST)
  String backend_cookie$_$remove() default "";
}
