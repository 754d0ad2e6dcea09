package org.sluice.backend.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.sluice.api.config.Option;
import org.sluice.api.config.OptionSet;
import org.sluice.api.config.OptionType;

/** Options of routes whose target is a balancer. */
@ObjectClassDefinition(name = "Balancers", description = "How a member is chosen")
@OptionSet(plugin = "balancer")
@interface BalancerKeys {
  /** The method. */
  @AttributeDefinition(
      name = "balancer.method",
      description =
          "byrequests, bytraffic, bybusyness, leastconn-p2c, hash, or another bundle's. Default"
              + " byrequests.")
  @Option
  String balancer_method() default "byrequests";

  /** What the method hash looks at. */
  @AttributeDefinition(
      name = "balancer.hash",
      description =
          "What the method hash looks at: cookie:NAME, header:NAME, address, or path:N (segments)."
              + " Default address.")
  @Option
  String balancer_hash() default "address";

  /** Sticky sessions of the application. */
  @AttributeDefinition(
      name = "balancer.stickysession",
      description =
          "Name of the cookie, and behind | of the path parameter, whose value ends in the route of"
              + " a member. Default: none.")
  @Option
  String balancer_stickysession() default "";

  /** Separator of the route. */
  @AttributeDefinition(
      name = "balancer.stickysessionsep",
      description =
          "Character before the route in a session's value; 'off': the whole value is the route."
              + " Default a full stop.")
  @Option
  String balancer_stickysessionsep() default ".";

  /** Whether a semicolon ends a path parameter. */
  @AttributeDefinition(
      name = "balancer.scolonpathdelim",
      description = "Whether a semicolon also ends the value of a path parameter. Default off.")
  @Option(type = OptionType.FLAG)
  String balancer_scolonpathdelim() default "off";

  /** Our own sticky cookie. */
  @AttributeDefinition(
      name = "balancer.cookie",
      description =
          "Name of a cookie of our own that binds a client to a member, signed so that a client"
              + " cannot choose. Default: none.")
  @Option
  String balancer_cookie() default "";

  /** Key of our own sticky cookie. */
  @AttributeDefinition(
      name = "balancer.cookie-key",
      description =
          "Secret that signs balancer.cookie, the same on every front that shares clients. Default:"
              + " a random one per start.")
  @Option
  String balancer_cookie$_$key() default "";

  /** Whether a session may move. */
  @AttributeDefinition(
      name = "balancer.nofailover",
      description = "Whether a session whose member is unusable gets 503. Default off.")
  @Option(type = OptionType.FLAG)
  String balancer_nofailover() default "off";

  /** Wait for a usable member. */
  @AttributeDefinition(
      name = "balancer.timeout",
      description = "How long a request waits for a usable member, before 503. Default 0s.")
  @Option(type = OptionType.DURATION, min = "0s", max = "10m")
  String balancer_timeout() default "0s";

  /** Fail-over attempts. */
  @AttributeDefinition(
      name = "balancer.maxattempts",
      description =
          "Attempts after the first; empty: as many as there are other members, at least 1.")
  @Option(type = OptionType.NUMBER, min = "0", max = "100")
  String balancer_maxattempts() default "";

  /** Statuses that fail a member. */
  @AttributeDefinition(
      name = "balancer.failonstatus",
      description =
          "Statuses of responses that put the member into error state, which the client gets"
              + " nevertheless. Default: none.")
  @Option(type = OptionType.LIST)
  String balancer_failonstatus() default "";

  /** Whether a time-out fails a member. */
  @AttributeDefinition(
      name = "balancer.failontimeout",
      description =
          "Whether a response that does not come in time puts the member into error state. Default"
              + " off.")
  @Option(type = OptionType.FLAG)
  String balancer_failontimeout() default "off";

  /** Whether all recover together. */
  @AttributeDefinition(
      name = "balancer.forcerecovery",
      description = "Whether all members recover at once when all are in error state. Default on.")
  @Option(type = OptionType.FLAG)
  String balancer_forcerecovery() default "on";

  /** Failures in a row that eject. */
  @AttributeDefinition(
      name = "balancer.eject-after",
      description =
          "Failures and statuses from 500 on in a row that eject a member; 0: never. Default 0.")
  @Option(type = OptionType.NUMBER, min = "0", max = "1000000")
  String balancer_eject$_$after() default "0";

  /** How long a member stays ejected. */
  @AttributeDefinition(
      name = "balancer.eject-time",
      description =
          "How long an ejected member is left alone, times the number of its ejections. Default"
              + " 30s.")
  @Option(type = OptionType.DURATION, min = "1s", max = "1d")
  String balancer_eject$_$time() default "30s";

  /** Share that may be ejected. */
  @AttributeDefinition(
      name = "balancer.eject-percent",
      description = "Most members that may be ejected at a time, in percent. Default 50.")
  @Option(type = OptionType.NUMBER, min = "1", max = "100")
  String balancer_eject$_$percent() default "50";
}
