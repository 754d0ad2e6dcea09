package org.sluice.log.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Names of a {@link LogItem}: one character, or {@code ^} and two; becomes the service property
 * {@code sluice.log.item}.
 */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface SluiceLogItem {
  /** The names. */
  String[] value();
}
