package org.sluice.ssi.internal.filter;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.sluice.api.config.Option;
import org.sluice.api.config.OptionSet;
import org.sluice.api.config.OptionType;

/** Options of server-side includes on sites and routes; the switch {@code ssi} is the core's. */
@ObjectClassDefinition(
    name = "Server-side includes",
    description = "Which documents are parsed, and how; the key ssi switches it on")
@OptionSet(plugin = "ssi")
@interface SsiOptions {
  /** Documents by name. */
  @AttributeDefinition(
      name = "ssi.suffixes",
      description = "Ends of file names that are parsed; * parses every name. Default .shtml.")
  @Option(type = OptionType.LIST, guard = true)
  String ssi_suffixes() default ".shtml";

  /** Documents by media type. */
  @AttributeDefinition(
      name = "ssi.types",
      description = "Media types that are parsed whatever handler makes them. Default: none.")
  @Option(type = OptionType.LIST)
  String ssi_types() default "";

  /** Grammar of expressions. */
  @AttributeDefinition(
      name = "ssi.parser",
      description = "Grammar of if and elif: expr (2.4) or legacy (before). Default expr.")
  @Option(type = OptionType.CHOICE, choices = "expr|legacy")
  String ssi_parser() default "expr";

  /** Start of an element. */
  @AttributeDefinition(
      name = "ssi.start-tag",
      description = "What begins an element; no blanks. Default <!--#.")
  @Option(pattern = "[^\\x00- ]+", form = "texts without blanks and controls")
  String ssi_start$_$tag() default "<!--#";

  /** End of an element. */
  @AttributeDefinition(
      name = "ssi.end-tag",
      description = "What ends an element; no blanks. Default -->.")
  @Option(pattern = "[^\\x00- ]+", form = "texts without blanks and controls")
  String ssi_end$_$tag() default "-->";

  /** Error text. */
  @AttributeDefinition(
      name = "ssi.error",
      description = "Text in place of an element that failed; not encoded.")
  @Option
  String ssi_error() default "[an error occurred while processing this directive]";

  /** Undefined variable. */
  @AttributeDefinition(
      name = "ssi.undefined-echo",
      description = "What echo prints for an undefined variable; not encoded. Default (none).")
  @Option
  String ssi_undefined$_$echo() default "(none)";

  /** Time format. */
  @AttributeDefinition(
      name = "ssi.time-format",
      description = "Times, as strftime. Default %A, %d-%b-%Y %H:%M:%S %Z.")
  @Option
  String ssi_time$_$format() default "%A, %d-%b-%Y %H:%M:%S %Z";

  /** Documents by mode bit. */
  @AttributeDefinition(
      name = "ssi.xbithack",
      description =
          "on: files of type text/html that their owner may execute are parsed; full: and those"
              + " that the group may execute have Last-Modified. Default off.")
  @Option(type = OptionType.CHOICE, choices = "off|on|full")
  String ssi_xbithack() default "off";

  /** Validator. */
  @AttributeDefinition(
      name = "ssi.etag",
      description = "Whether a file's ETag stays on what was parsed. Default off.")
  @Option(type = OptionType.FLAG)
  String ssi_etag() default "off";

  /** Validator. */
  @AttributeDefinition(
      name = "ssi.last-modified",
      description = "Whether what was parsed has Last-Modified, the file's time. Default off.")
  @Option(type = OptionType.FLAG)
  String ssi_last$_$modified() default "off";

  /** Kept body. */
  @AttributeDefinition(
      name = "ssi.kept-body",
      description =
          "Bytes of a POSTed body that are kept for programs that a page includes; a longer body is"
              + " answered with 413. 0: the body is dropped. Default 32.")
  @Option(type = OptionType.SIZE, min = "0", max = "16m")
  String ssi_kept$_$body() default "32";

  /** Depth. */
  @AttributeDefinition(
      name = "ssi.max-depth",
      description = "How deep documents may include one another, 0 to 18. Default 10.")
  @Option(type = OptionType.NUMBER, min = "0", max = "18")
  String ssi_max$_$depth() default "10";

  /** Number of subrequests. */
  @AttributeDefinition(
      name = "ssi.max-includes",
      description = "Subrequests of one page, those of included pages counted. Default 1000.")
  @Option(type = OptionType.NUMBER, min = "0", max = "1000000")
  String ssi_max$_$includes() default "1000";

  /** Size. */
  @AttributeDefinition(
      name = "ssi.max-output",
      description = "Bytes of one page, included ones counted; then it ends. Default 1g.")
  @Option(type = OptionType.SIZE, min = "1k")
  String ssi_max$_$output() default "1g";

  /** Parallel fetch. */
  @AttributeDefinition(
      name = "ssi.parallel",
      description =
          "Resources that a page fetches at the same time; 1 fetches each when it is due."
              + " Default 8.")
  @Option(type = OptionType.NUMBER, min = "1", max = "64")
  String ssi_parallel() default "8";

  /** Strictness of noexec. */
  @AttributeDefinition(
      name = "ssi.noexec-includes",
      description =
          "What a page with ssi=noexec may include: files of type text, or with any (as httpd) also"
              + " what programs and backends make, unless its type is known and no text. Default"
              + " files.")
  @Option(type = OptionType.CHOICE, choices = "files|any")
  String ssi_noexec$_$includes() default "files";

  /** Element printenv. */
  @AttributeDefinition(
      name = "ssi.printenv",
      description =
          "Whether printenv prints the variables; all: cookies and credentials, too. Default off.")
  @Option(type = OptionType.CHOICE, choices = "off|on|all")
  String ssi_printenv() default "off";

  /** Operators that ask for access. */
  @AttributeDefinition(
      name = "ssi.expr-access",
      description = "Whether expressions may use -A, -U and -F. Default on.")
  @Option(type = OptionType.FLAG)
  String ssi_expr$_$access() default "on";

  /** Function osenv. */
  @AttributeDefinition(
      name = "ssi.expr-osenv",
      description = "Whether expressions may read the server's own environment. Default off.")
  @Option(type = OptionType.FLAG)
  String ssi_expr$_$osenv() default "off";
}
