package org.sluice.handoff.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** Name of a {@link Dialect}; becomes the service property {@code sluice.dialect}. */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface SluiceDialect {
  /** The name that routes use: {@code dialect=NAME}. */
  String value();
}
