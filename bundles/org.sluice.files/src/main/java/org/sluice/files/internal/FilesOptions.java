package org.sluice.files.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.sluice.api.config.Option;
import org.sluice.api.config.OptionSet;
import org.sluice.api.config.OptionType;

/** Options of the {@code file:} handler on sites and routes beside those of the core. */
@ObjectClassDefinition(name = "Handler file:", description = "Files and folders below a root")
@OptionSet(plugin = "files")
@interface FilesOptions {
  /** Media type of unknown extensions. */
  @AttributeDefinition(
      name = "files.type",
      description = "Media type of files whose extension is unknown; 'none' sends none.")
  @Option
  String files_type() default "application/octet-stream";

  /** Media types by extension. */
  @AttributeDefinition(
      name = "files.type.EXT",
      description = "Media type of files named *.EXT, instead of the built-in one. Default: none.")
  @Option
  String files_type_any() default "";

  /** How long a busy file may be answered from memory. */
  @AttributeDefinition(
      name = "files.revalidate",
      description =
          "How long a file that is asked for all the time may be answered from memory without a"
              + " look at the disk; others are looked at for every request. 0s: never. Default"
              + " 5ms.")
  @Option(type = OptionType.DURATION, min = "0s", max = "1h")
  String files_revalidate() default "5ms";

  /** Largest file kept in memory. */
  @AttributeDefinition(
      name = "files.memory",
      description = "Files up to this size are kept in memory; 0: none. Default 64k.")
  @Option(type = OptionType.SIZE, min = "0", max = "16m")
  String files_memory() default "64k";
}
