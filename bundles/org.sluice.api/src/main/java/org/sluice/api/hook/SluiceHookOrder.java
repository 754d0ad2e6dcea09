package org.sluice.api.hook;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * The property {@code sluice.hook.order}: lower runs earlier, default 10; without it the order is
 * 10 less {@code service.ranking}.
 */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface SluiceHookOrder {
  /** -10 (really first) to 30 (really last); any integer is allowed. */
  int value();
}
