package org.sluice.log.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** Name of a {@link LogWriter}; becomes the service property {@code sluice.log.writer}. */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface SluiceLogWriter {
  /** The names. */
  String[] value();
}
