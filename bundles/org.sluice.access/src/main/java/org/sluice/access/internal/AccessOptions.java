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
  /** What can be told from the text alone; {@link Network} looks closer. */
  String PATTERN_ =
      "all|[0-9]{1,3}([.][0-9]{1,3}){3}(/[0-9]{1,2})?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(/[0-9]{1,3})?";

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
