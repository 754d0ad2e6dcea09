package org.sluice.cgi.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.sluice.api.config.Option;
import org.sluice.api.config.OptionSet;
import org.sluice.api.config.OptionType;

/** Options of programs on sites and routes. */
@ObjectClassDefinition(name = "CGI", description = "Programs that answer requests (RFC 3875)")
@OptionSet(plugin = "cgi")
@interface CgiOptions {
  /** Which files are programs. */
  @AttributeDefinition(
      name = "cgi.suffixes",
      description =
          "With cgi=on on a file: route: names with one of these endings are programs. Default"
              + " .cgi.")
  @Option(type = OptionType.LIST, guard = true)
  String cgi_suffixes() default ".cgi";

  /** Symbolic links. */
  @AttributeDefinition(
      name = "cgi.links",
      description =
          "Symbolic links to programs: off, owner (link and target have one owner) or on. Whatever"
              + " it says, the target lies below the folder. Default owner.")
  @Option(type = OptionType.CHOICE, choices = "off|owner|on")
  String cgi_links() default "owner";

  /** Path information. */
  @AttributeDefinition(
      name = "cgi.path-info",
      description = "Whether more path may follow a program's name; off: 404. Default on.")
  @Option(type = OptionType.FLAG)
  String cgi_path$_$info() default "on";

  /** Programs that write the whole response. */
  @AttributeDefinition(
      name = "cgi.nph",
      description =
          "Whether programs whose name begins with nph- may write the whole response; off: 403."
              + " Default off.")
  @Option(type = OptionType.FLAG)
  String cgi_nph() default "off";

  /** Arguments from the query. */
  @AttributeDefinition(
      name = "cgi.query-arguments",
      description =
          "Whether the words of a query without '=' become arguments; never words that begin with"
              + " -. Default off.")
  @Option(type = OptionType.FLAG)
  String cgi_query$_$arguments() default "off";

  /** Variables of the front. */
  @AttributeDefinition(
      name = "cgi.pass-env",
      description = "Names of the front's own environment variables to pass on. Default: none.")
  @Option(type = OptionType.LIST)
  String cgi_pass$_$env() default "";

  /** More variables. */
  @AttributeDefinition(
      name = "cgi.set-env.NAME",
      description = "Sets the environment variable NAME. Default: none.")
  @Option
  String cgi_set$_$env_any() default "";

  /** The variable PATH. */
  @AttributeDefinition(
      name = "cgi.path",
      description = "The variable PATH. Default /usr/local/bin:/usr/bin:/bin.")
  @Option
  String cgi_path() default "/usr/local/bin:/usr/bin:/bin";

  /** Credentials. */
  @AttributeDefinition(
      name = "cgi.pass-authorization",
      description =
          "Whether programs see Authorization and Proxy-Authorization of the client. Default off.")
  @Option(type = OptionType.FLAG)
  String cgi_pass$_$authorization() default "off";

  /** Fields that are left out otherwise. */
  @AttributeDefinition(
      name = "cgi.pass-headers",
      description =
          "Fields of the connection that programs see all the same, of Connection, Keep-Alive, TE,"
              + " Upgrade, Expect. Default: none.")
  @Option(type = OptionType.LIST)
  String cgi_pass$_$headers() default "";

  /** The variable SERVER_ADMIN. */
  @AttributeDefinition(
      name = "cgi.server-admin",
      description = "The variable SERVER_ADMIN. Default [no address given].")
  @Option
  String cgi_server$_$admin() default "[no address given]";

  /** The variable SERVER_NAME. */
  @AttributeDefinition(
      name = "cgi.server-name",
      description = "The variable SERVER_NAME. Default: the client's Host.")
  @Option
  String cgi_server$_$name() default "";

  /** The variable REQUEST_URI. */
  @AttributeDefinition(
      name = "cgi.request-uri",
      description =
          "The variable REQUEST_URI after a redirect within the front and in an included program:"
              + " what the client asked for (original), or what runs (current). Default original.")
  @Option(type = OptionType.CHOICE, choices = "original|current")
  String cgi_request$_$uri() default "original";

  /** Request bodies. */
  @AttributeDefinition(
      name = "cgi.body",
      description =
          "stream: the program gets the request body as it comes, a chunked one without"
              + " CONTENT_LENGTH. spool: it is stored first, and CONTENT_LENGTH is always set."
              + " Default stream.")
  @Option(type = OptionType.CHOICE, choices = "stream|spool")
  String cgi_body() default "stream";

  /** Memory for stored bodies. */
  @AttributeDefinition(
      name = "cgi.spool-memory",
      description = "A stored body up to this size stays in memory. Default 64k.")
  @Option(type = OptionType.SIZE, max = "16m")
  String cgi_spool$_$memory() default "64k";

  /** Time without progress. */
  @AttributeDefinition(
      name = "cgi.timeout",
      description = "Longest time without progress of a program; 0s: none. Default 60s.")
  @Option(type = OptionType.DURATION, max = "1d")
  String cgi_timeout() default "60s";

  /** Time in all. */
  @AttributeDefinition(
      name = "cgi.lifetime",
      description = "Longest time that a program may run; 0s: no limit. Default 10m.")
  @Option(type = OptionType.DURATION, max = "7d")
  String cgi_lifetime() default "10m";

  /** From SIGTERM to SIGKILL. */
  @AttributeDefinition(
      name = "cgi.kill-after",
      description =
          "Time from SIGTERM to SIGKILL, and the time a program has to end by itself after its"
              + " output ended. Default 3s.")
  @Option(type = OptionType.DURATION, min = "0s", max = "5m")
  String cgi_kill$_$after() default "3s";

  /** Programs at once. */
  @AttributeDefinition(
      name = "cgi.max-processes",
      description = "Most programs of the route that run at once. Default 64.")
  @Option(type = OptionType.NUMBER, min = "1", max = "10000")
  String cgi_max$_$processes() default "64";

  /** Requests that wait. */
  @AttributeDefinition(
      name = "cgi.queue",
      description = "Most requests that wait for a program to end; more get 503. Default 100.")
  @Option(type = OptionType.NUMBER, min = "0", max = "100000")
  String cgi_queue() default "100";

  /** Time in the queue. */
  @AttributeDefinition(
      name = "cgi.queue-timeout",
      description = "Longest wait in the queue, then 503. Default 10s.")
  @Option(type = OptionType.DURATION, max = "10m")
  String cgi_queue$_$timeout() default "10s";

  /** Header block. */
  @AttributeDefinition(
      name = "cgi.header-limit",
      description = "Largest header block of a program. Default 64k.")
  @Option(type = OptionType.SIZE, min = "1k", max = "1m")
  String cgi_header$_$limit() default "64k";

  /** Output. */
  @AttributeDefinition(
      name = "cgi.limit.output",
      description = "Most bytes that a program may send; 0: no limit. Default 1g.")
  @Option(type = OptionType.SIZE)
  String cgi_limit_output() default "1g";

  /** Processor time. */
  @AttributeDefinition(
      name = "cgi.limit.cpu",
      description = "Processor time of a program (RLIMIT_CPU), whole seconds. Default: no limit.")
  @Option(type = OptionType.DURATION)
  String cgi_limit_cpu() default "";

  /** Memory. */
  @AttributeDefinition(
      name = "cgi.limit.memory",
      description = "Address space of a program (RLIMIT_AS). Default: no limit.")
  @Option(type = OptionType.SIZE)
  String cgi_limit_memory() default "";

  /** Descriptors. */
  @AttributeDefinition(
      name = "cgi.limit.files",
      description = "Descriptors of a program (RLIMIT_NOFILE). Default: those of the front.")
  @Option(type = OptionType.NUMBER, min = "0")
  String cgi_limit_files() default "";

  /** Processes of the user. */
  @AttributeDefinition(
      name = "cgi.limit.processes",
      description =
          "Processes that the program's user may have (RLIMIT_NPROC). Default: no limit. Not for"
              + " root.")
  @Option(type = OptionType.NUMBER, min = "0")
  String cgi_limit_processes() default "";

  /** Another user. */
  @AttributeDefinition(
      name = "cgi.run-as",
      description =
          "Command put in front of every program, words separated by blanks, the first an absolute"
              + " path: /usr/bin/sudo -n -u www --. Default: none.")
  @Option
  String cgi_run$_$as() default "";

  /** Priority. */
  @AttributeDefinition(
      name = "cgi.nice",
      description = "Added to the niceness of programs, 0 to 19. Default 0.")
  @Option(type = OptionType.NUMBER, min = "0", max = "19")
  String cgi_nice() default "0";

  /** Standard error. */
  @AttributeDefinition(
      name = "cgi.stderr-limit",
      description =
          "Most bytes of a program's standard error that are logged; 0: all. Default 64k.")
  @Option(type = OptionType.SIZE)
  String cgi_stderr$_$limit() default "64k";

  /** Script log. */
  @AttributeDefinition(
      name = "cgi.log",
      description = "File for a record of failed programs and of standard error. Default: none.")
  @Option(type = OptionType.PATH)
  String cgi_log() default "";

  /** Its size. */
  @AttributeDefinition(
      name = "cgi.log-length",
      description = "Nothing is added to the script log once it is larger. Default 10385760.")
  @Option(type = OptionType.SIZE)
  String cgi_log$_$length() default "10385760";

  /** Bodies in it. */
  @AttributeDefinition(
      name = "cgi.log-body",
      description = "Most bytes of a request body in the script log. Default 1024.")
  @Option(type = OptionType.SIZE, max = "1m")
  String cgi_log$_$body() default "1024";

  /** Guessing of types. */
  @AttributeDefinition(
      name = "cgi.nosniff",
      description =
          "Whether a response without Content-Type gets X-Content-Type-Options: nosniff. Default"
              + " on.")
  @Option(type = OptionType.FLAG)
  String cgi_nosniff() default "on";

  /** Interpreters. */
  @AttributeDefinition(
      name = "cgi.interpreter.SUFFIX",
      description =
          "Interpreter of programs with that suffix (without its dot) and its arguments, words"
              + " separated by blanks: cgi.interpreter.pl=/usr/bin/perl -T. Default: the #! line.")
  @Option
  String cgi_interpreter_any() default "";
}
