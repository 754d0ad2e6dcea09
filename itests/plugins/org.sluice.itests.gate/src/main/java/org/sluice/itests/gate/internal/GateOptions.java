package org.sluice.itests.gate.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.sluice.api.config.Option;
import org.sluice.api.config.OptionSet;
import org.sluice.api.config.OptionType;

/** Options of the gate. */
@ObjectClassDefinition(name = "Gate", description = "Lets in who brings a token.")
@OptionSet(plugin = "gate")
@interface GateOptions {
  @AttributeDefinition(description = "What X-Token has to be. Default: everybody may pass.")
  @Option(guard = true)
  String gate_token() default "";

  @AttributeDefinition(description = "How long the gate stays open; 1s to 1h.")
  @Option(type = OptionType.DURATION, min = "1s", max = "1h")
  String gate_open() default "1m";
}
