package org.sluice.core.internal.config.keys;

import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** A component with a configuration of its own under a PID, as plug-ins have them. */
@Component(configurationPid = "com.example.teapot", service = ServerPid.class)
@Designate(ocd = ServerPid.Config.class)
public final class ServerPid {

  /** Its configuration. */
  @ObjectClassDefinition
  public @interface Config {
    /** Where. */
    String port() default "7";

    /** Who. */
    String owner_name() default "";
  }
}
