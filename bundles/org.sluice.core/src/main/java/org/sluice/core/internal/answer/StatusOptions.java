package org.sluice.core.internal.answer;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.sluice.api.config.Option;
import org.sluice.api.config.OptionSet;

/** Options of the target {@code status:}. */
@ObjectClassDefinition(name = "Target status", description = "A fixed answer.")
@OptionSet(plugin = "status")
@interface StatusOptions {
  @AttributeDefinition(description = "Text of the answer, as UTF-8. Default: none.")
  @Option
  String status_text() default "";

  @AttributeDefinition(description = "Media type of the text.")
  @Option
  String status_type() default "text/plain; charset=utf-8";
}
