package org.sluice.cgi.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** Suffixes of a {@link CgiCommand}; becomes the service property {@code sluice.cgi.suffix}. */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface SluiceCgiCommand {
  /** Prefix of the property name. */
  String PREFIX_ = "sluice.cgi.";

  /**
   * Suffixes with their dot, for example {@code .php}, compared as they are; {@code *} for every
   * script that no other command has a suffix for.
   */
  String[] suffix();
}
