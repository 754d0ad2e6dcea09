package org.sluice.api.config;

import aQute.bnd.annotation.xml.XMLAttribute;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a Metatype annotation type as the options of a plug-in on sites and routes. The build writes it
 * into the bundle's Metatype resource, from which the core learns names, types and defaults as soon as
 * the bundle is resolved, before any of its code runs.
 *
 * <pre>{@code
 * @ObjectClassDefinition(name = "Flusher opening")
 * @OptionSet(plugin = "opening")
 * @interface OpeningOptions {
 *   @AttributeDefinition(name = "opening.text", description = "Start of the body. Default: none.")
 *   @Option
 *   String opening_text() default "";
 * }
 * }</pre>
 *
 * <p>The key is the member's name with {@code _} for a dot ({@code __} for an underscore, {@code $_$}
 * for a hyphen, as Declarative Services does) and starts with the plug-in's name. A member called {@code
 * …_any} stands for a family ({@code opening.header.NAME} for {@code opening_header_any}).
 */
@XMLAttribute(namespace = "http://sluice.org/xmlns/option/v1.0.0", prefix = "sluice", embedIn = "*")
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface OptionSet {
  /** First part of every key, without the dot. */
  String plugin();

  /** Where the keys may stand: {@code route} (then also on the site, from which routes inherit). */
  String scope() default "route";
}
