package org.sluice.core.internal.config.keys;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.sluice.api.config.Option;
import org.sluice.api.config.OptionSet;
import org.sluice.api.config.OptionType;

/** Options as a plug-in declares them; the build makes the Metatype resource from it. */
@ObjectClassDefinition(name = "Flusher opening")
@OptionSet(plugin = "opening")
@interface OpeningOptions {
  @AttributeDefinition(name = "opening.text", description = "Start of the body. Default: none.")
  @Option
  String opening_text() default "";

  @AttributeDefinition(description = "Bytes sent from the file.")
  @Option(type = OptionType.SIZE, min = "1k", max = "1m")
  String opening_first$_$bytes() default "64k";

  @Option(type = OptionType.LIST)
  String opening_types() default "text/html, text/plain";

  @Option(type = OptionType.CHOICE, choices = "file|string")
  String opening_from() default "string";

  @Option(type = OptionType.LIST, guard = true)
  String opening_only() default "";

  @AttributeDefinition(description = "Fields of the head.")
  @Option
  String opening_header_any() default "";
}
