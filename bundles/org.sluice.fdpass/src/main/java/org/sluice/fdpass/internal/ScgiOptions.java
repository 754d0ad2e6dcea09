package org.sluice.fdpass.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.sluice.api.config.Option;
import org.sluice.api.config.OptionSet;
import org.sluice.api.config.OptionType;

/** Options of the dialect {@code scgi} on sites and routes. */
@ObjectClassDefinition(
    name = "Dialect scgi",
    description = "Hand-off as the nginx module writes it")
@OptionSet(plugin = "scgi")
@interface ScgiOptions {
  /** Whether bytes behind the head may travel along. */
  @AttributeDefinition(
      name = "scgi.unread",
      description =
          "on: a request with a body is passed, the bytes that were read already follow the"
              + " netstring, and SLUICE_UNREAD says how many. off: 501. Default off.")
  @Option(type = OptionType.FLAG)
  String scgi_unread() default "off";
}
