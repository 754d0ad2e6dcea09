package org.sluice.core.internal.answer;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.sluice.api.config.Option;
import org.sluice.api.config.OptionSet;
import org.sluice.api.config.OptionType;

/** Options of the target {@code redirect:}. */
@ObjectClassDefinition(name = "Target redirect", description = "Sends clients elsewhere.")
@OptionSet(plugin = "redirect")
@interface RedirectOptions {
  @AttributeDefinition(
      description =
          "301 moved for good, 302 for now; 307 and 308 the same with method and body kept.")
  @Option(type = OptionType.CHOICE, choices = "301|302|303|307|308")
  String redirect_status() default "302";

  @AttributeDefinition(
      description = "Append what of path and query is behind the route, unless the target has $n.")
  @Option(type = OptionType.FLAG)
  String redirect_rest() default "on";
}
