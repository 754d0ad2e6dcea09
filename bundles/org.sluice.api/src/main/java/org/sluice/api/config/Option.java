package org.sluice.api.config;

import aQute.bnd.annotation.xml.XMLAttribute;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Type and range of one member of an {@link OptionSet}; the default is the member's own. */
@XMLAttribute(namespace = "http://sluice.org/xmlns/option/v1.0.0", prefix = "sluice", embedIn = "*")
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface Option {
  /** How the text is parsed. */
  OptionType type() default OptionType.TEXT;

  /** Smallest value of a number, size or duration, as it would be written; empty for none. */
  String min() default "";

  /** Largest value of a number, size or duration, as it would be written; empty for none. */
  String max() default "";

  /** Allowed values of a {@link OptionType#CHOICE}, separated by {@code |}. */
  String choices() default "";

  /**
   * Regular expression that a text, or each part of a list, has to match as a whole; empty for
   * none. A value that does not is an error of the configuration, which {@code sluice check} finds.
   */
  String pattern() default "";

  /** What {@link #pattern()} allows, in words for the operator: {@code addresses and networks}. */
  String form() default "";

  /**
   * Whether the option guards what it stands on or claims content: values add up along the path and
   * never vanish, and a route that carries it answers 503 while the plug-in is absent.
   */
  boolean guard() default false;
}
