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
  /** Networks that may ask; empty for everybody. */
  @AttributeDefinition(
      name = "access.allow",
      description =
          "Networks that may ask: addresses, ADDRESS/BITS or all. Default: everybody. Each list"
              + " along the path has to hold.")
  @Option(type = OptionType.LIST, guard = true)
  String access_allow() default "";

  /** Networks that may not ask. */
  @AttributeDefinition(
      name = "access.deny",
      description = "Networks that may not ask, also where access.allow names them. Default: none.")
  @Option(type = OptionType.LIST, guard = true)
  String access_deny() default "";
}
