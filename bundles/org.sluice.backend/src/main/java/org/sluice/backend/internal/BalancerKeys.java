package org.sluice.backend.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.sluice.api.config.Option;
import org.sluice.api.config.OptionSet;
import org.sluice.api.config.OptionType;

/** Options of routes whose target is a balancer; keys as in {@link BackendKeys}. */
@ObjectClassDefinition(name = "Balancers", description = "How a member is chosen")
@OptionSet(plugin = "balancer")
@interface BalancerKeys {
  @AttributeDefinition(
      description =
          "byrequests, bytraffic, bybusyness, leastconn-p2c, hash, or another bundle's. Default"
              + " byrequests.")
  @Option
  String balancer_method() default "byrequests";

  @AttributeDefinition(
      description =
          "What the method hash looks at: cookie:NAME, header:NAME, address, or path:N (segments)."
              + " Default address.")
  @Option(
      pattern = "address|(cookie|header):[^\\s:;,=]+|path:[1-9][0-9]?",
      form = "cookie:NAME, header:NAME, address, path:N")
  String balancer_hash() default "address";

  @AttributeDefinition(
      description =
          "Name of the cookie, and behind | of the path parameter, whose value ends in the route of"
              + " a member. Default: none.")
  @Option(pattern = "|[^\\s|;,=]+([|][^\\s|;,=/?]+)?", form = "COOKIE or COOKIE|PARAMETER")
  String balancer_stickysession() default "";

  @AttributeDefinition(
      description =
          "Character before the route in a session's value; 'off': the whole value is the route."
              + " Default a full stop.")
  @Option(pattern = "[!-~]|[oO][fF][fF]", form = "one character, or off")
  String balancer_stickysessionsep() default ".";

  @AttributeDefinition(
      description = "Whether a semicolon also ends the value of a path parameter. Default off.")
  @Option(type = OptionType.FLAG)
  String balancer_scolonpathdelim() default "off";

  @AttributeDefinition(
      description =
          "Name of a cookie of our own that binds a client to a member, signed so that a client"
              + " cannot choose. Default: none.")
  @Option(pattern = "|[0-9A-Za-z_.-]+", form = "a cookie's name of letters, digits, _ . and -")
  String balancer_cookie() default "";

  @AttributeDefinition(
      description =
          "Secret that signs balancer.cookie, the same on every front that shares clients. Default:"
              + " a random one per start.")
  @Option
  String balancer_cookie$_$key() default "";

  @AttributeDefinition(
      description = "Whether a session whose member is unusable gets 503. Default off.")
  @Option(type = OptionType.FLAG)
  String balancer_nofailover() default "off";

  @AttributeDefinition(
      description = "How long a request waits for a usable member, before 503. Default 0s.")
  @Option(type = OptionType.DURATION, min = "0s", max = "10m")
  String balancer_timeout() default "0s";

  @AttributeDefinition(
      description =
          "Attempts after the first; empty: as many as there are other members, at least 1.")
  @Option(type = OptionType.NUMBER, min = "0", max = "100")
  String balancer_maxattempts() default "";

  @AttributeDefinition(
      description =
          "Statuses of responses that put the member into error state, which the client gets"
              + " nevertheless. Default: none.")
  @Option(type = OptionType.LIST, pattern = "[2-5][0-9][0-9]", form = "statuses from 200 to 599")
  String balancer_failonstatus() default "";

  @AttributeDefinition(
      description =
          "Whether a response that does not come in time puts the member into error state. Default"
              + " off.")
  @Option(type = OptionType.FLAG)
  String balancer_failontimeout() default "off";

  @AttributeDefinition(
      description = "Whether all members recover at once when all are in error state. Default on.")
  @Option(type = OptionType.FLAG)
  String balancer_forcerecovery() default "on";

  @AttributeDefinition(
      description =
          "Failures and statuses from 500 on in a row that eject a member; 0: never. Default 0.")
  @Option(type = OptionType.NUMBER, min = "0", max = "1000000")
  String balancer_eject$_$after() default "0";

  @AttributeDefinition(
      description =
          "How long an ejected member is left alone, times the number of its ejections. Default"
              + " 30s.")
  @Option(type = OptionType.DURATION, min = "1s", max = "1d")
  String balancer_eject$_$time() default "30s";

  @AttributeDefinition(
      description = "Most members that may be ejected at a time, in percent. Default 50.")
  @Option(type = OptionType.NUMBER, min = "1", max = "100")
  String balancer_eject$_$percent() default "50";
}
