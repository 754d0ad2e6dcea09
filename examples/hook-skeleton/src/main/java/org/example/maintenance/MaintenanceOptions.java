package org.example.maintenance;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.sluice.api.config.Option;
import org.sluice.api.config.OptionSet;
import org.sluice.api.config.OptionType;

/** What may stand on sites and routes for the hook. */
@ObjectClassDefinition(name = "Hook maintenance")
@OptionSet(plugin = "maintenance")
@interface MaintenanceOptions {
  @AttributeDefinition(
      name = "maintenance.mode",
      description = "Whether everybody is turned away. Default off.")
  @Option(type = OptionType.FLAG)
  String maintenance_mode() default "off";

  @AttributeDefinition(
      name = "maintenance.retry",
      description = "When to ask again, 1s to 1d. Default 1m.")
  @Option(type = OptionType.DURATION, min = "1s", max = "1d")
  String maintenance_retry() default "1m";
}
