package org.sluice.api.handler;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** Name of a {@link Handover}; becomes the service property {@code sluice.handover}. */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface SluiceHandover {
  /** The name; the core asks for {@code handoff}. */
  String value() default "handoff";
}
