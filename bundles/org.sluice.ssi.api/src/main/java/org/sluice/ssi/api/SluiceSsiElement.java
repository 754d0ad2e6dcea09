package org.sluice.ssi.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** Names of an {@link SsiElement}; becomes the service property {@code sluice.ssi.element}. */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface SluiceSsiElement {
  /** The names in lower case, as they stand behind {@code <!--#}. */
  String[] value();
}
