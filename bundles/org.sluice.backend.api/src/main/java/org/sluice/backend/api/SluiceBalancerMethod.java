package org.sluice.backend.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Name of a {@link BalancerMethod}; becomes the service property {@code sluice.balancer.method}.
 */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface SluiceBalancerMethod {
  /** The name as written in {@code balancer.method=}, for example {@code byrequests}. */
  String value();
}
