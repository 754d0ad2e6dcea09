package org.sluice.flush.opening.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.sluice.api.config.Option;
import org.sluice.api.config.OptionSet;
import org.sluice.api.config.OptionType;

/** Options of the flusher {@code opening} on sites and routes. */
@ObjectClassDefinition(
    name = "Flusher opening",
    description = "Head and start of the body before a hand-off")
@OptionSet(plugin = "opening")
@interface OpeningOptions {
  /** Status of the response. */
  @AttributeDefinition(
      name = "opening.status",
      description = "Status of the response, 200 to 599. Default 200.")
  @Option(type = OptionType.NUMBER, min = "200", max = "599")
  String opening_status() default "200";

  /** Content-Type; empty for none. */
  @AttributeDefinition(
      name = "opening.type",
      description = "Content-Type of the response; 'none' sends none. Default text/plain in UTF-8.")
  @Option
  String opening_type() default "text/plain; charset=utf-8";

  /** Start of the body. */
  @AttributeDefinition(
      name = "opening.text",
      description =
          "Start of the body, sent as UTF-8; \\n, \\r, \\t and \\\\ stand for the characters."
              + " Default: none. Not together with opening.file.")
  @Option
  String opening_text() default "";

  /** File with the start of the body. */
  @AttributeDefinition(
      name = "opening.file",
      description =
          "File with the start of the body, relative to the base. Default: none. Not together with"
              + " opening.text.")
  @Option(type = OptionType.PATH)
  String opening_file() default "";

  /** More fields. */
  @AttributeDefinition(
      name = "opening.header.NAME",
      description = "Adds the field NAME to the head. Default: none.")
  @Option
  String opening_header_any() default "";
}
