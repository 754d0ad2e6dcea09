package org.sluice.api.hook;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Properties of a {@link Hook}: {@code sluice.hook.phase}, {@code .name}, {@code .before}, {@code
 * .after}.
 */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface SluiceHook {
  /** Prefix of the property names. */
  String PREFIX_ = "sluice.hook.";

  /** A {@link Phase} in lower case. */
  String[] phase();

  /** Name by which other hooks refer to this one. */
  String name();

  /** Names of hooks that must run after this one. */
  String[] before() default {};

  /** Names of hooks that must run before this one. */
  String[] after() default {};
}
