package org.sluice.access.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.sluice.api.config.Option;
import org.sluice.api.config.OptionSet;
import org.sluice.api.config.OptionType;

/** Options of the hook {@code access}. */
@ObjectClassDefinition(name = "Access", description = "Which networks may ask.")
@OptionSet(plugin = "access")
@interface AccessOptions {
  /** A number from 0 to 255 without a zero before it. */
  String OCTET_ = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

  /** An address of IPv4. */
  String FOUR_ = OCTET_ + "([.]" + OCTET_ + "){3}";

  /** An address of IPv6, nearly: eight groups, or fewer and one {@code ::}; IPv4 at its end. */
  String SIX_ = "(?!.*::.*::)(?=.*::|([^:]*:){6,7})([0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f.]{0,15}";

  /** Finds what is wrong when the configuration is read; {@link Network} looks closer. */
  String PATTERN_ =
      "all|" + FOUR_ + "(/(3[0-2]|[12]?[0-9]))?|" + SIX_ + "(/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))?";

  /** The same in words. */
  String FORM_ = "addresses (10.1.2.3, 2001:db8::1), networks (10.0.0.0/8, 2001:db8::/32) and all";

  /** Networks that may ask; empty for everybody. */
  @AttributeDefinition(
      name = "access.allow",
      description =
          "Networks that may ask: addresses, ADDRESS/BITS or all. Default: everybody. Each list"
              + " along the path has to hold.")
  @Option(type = OptionType.LIST, guard = true, pattern = PATTERN_, form = FORM_)
  String access_allow() default "";

  /** Networks that may not ask. */
  @AttributeDefinition(
      name = "access.deny",
      description = "Networks that may not ask, also where access.allow names them. Default: none.")
  @Option(type = OptionType.LIST, guard = true, pattern = PATTERN_, form = FORM_)
  String access_deny() default "";
}
