package org.sluice.cgi.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.config.Options;
import org.sluice.api.file.LinkPolicy;
import org.sluice.cgi.internal.process.Bytes;
import org.sluice.cgi.internal.process.ProgramLimits;

/** What a route says about programs, read once per configuration. */
public final class CgiView {
  private static final Logger LOG = LoggerFactory.getLogger(CgiView.class);
  private static final List<String> TOOLS = List.of("/usr/bin", "/bin", "/usr/local/bin");

  final List<String> suffixes;
  final LinkPolicy links;
  final boolean pathInfo;
  final boolean nph;
  final boolean queryArguments;
  final boolean spool;
  final long spoolMemory;
  final int maxProcesses;
  final int queue;
  final long queueNanos;
  final long headerLimit;
  final long outputLimit;
  final boolean nosniff;
  final Path log;
  final long logLength;
  final int logBody;

  /** Times and sizes of a run. */
  public final ProgramLimits limits;

  /** Words in front of every argument vector: priority, limits, user. */
  public final List<String> wrapper;

  /** Names and values of configured variables, one byte per character. */
  public final Map<String, String> variables;

  /** Lower case names of connection fields that programs see. */
  public final Set<String> passHeaders;

  /** Whether programs see credentials. */
  public final boolean passAuthorization;

  /** SERVER_ADMIN. */
  public final String serverAdmin;

  /** SERVER_NAME, or empty for the client's. */
  public final String serverName;

  /** Whether REQUEST_URI is what the client asked for. */
  public final boolean originalUri;

  /** Words by suffix without dot. */
  final Map<String, List<String>> interpreters;

  /** Reads a route's options. */
  public CgiView(Options options) {
    suffixes = suffixes(options);
    links = LinkPolicy.of(options.text("cgi.links"));
    pathInfo = options.flag("cgi.path-info");
    nph = options.flag("cgi.nph");
    queryArguments = options.flag("cgi.query-arguments");
    spool = options.text("cgi.body").equals("spool");
    spoolMemory = options.size("cgi.spool-memory");
    maxProcesses = (int) options.number("cgi.max-processes");
    queue = (int) options.number("cgi.queue");
    queueNanos = options.duration("cgi.queue-timeout").toNanos();
    headerLimit = options.size("cgi.header-limit");
    outputLimit = options.size("cgi.limit.output");
    nosniff = options.flag("cgi.nosniff");
    log = options.path("cgi.log");
    logLength = options.size("cgi.log-length");
    logBody = (int) options.size("cgi.log-body");
    limits =
        new ProgramLimits(
            options.duration("cgi.timeout").toNanos(),
            options.duration("cgi.lifetime").toNanos(),
            options.duration("cgi.kill-after").toNanos(),
            options.size("cgi.stderr-limit"));
    wrapper = wrapper(options);
    variables = variables(options);
    passHeaders = lower(options.list("cgi.pass-headers"));
    passAuthorization = options.flag("cgi.pass-authorization");
    serverAdmin = Bytes.of(options.text("cgi.server-admin"));
    serverName = Bytes.of(options.text("cgi.server-name"));
    originalUri = options.text("cgi.request-uri").equals("original");
    interpreters = new TreeMap<>();
    options
        .family("cgi.interpreter.")
        .forEach((suffix, words) -> interpreters.put(suffix, words(words)));
  }

  /** Longest wait for a slot. */
  public long queueNanos() {
    return queueNanos;
  }

  /** Most bytes of an output; 0 for no limit. */
  public long outputBytes() {
    return outputLimit;
  }

  /** Values of guards add up: what is a program further out is never a file further in. */
  private static List<String> suffixes(Options options) {
    Set<String> all = new TreeSet<>();
    for (String value : options.all("cgi.suffixes")) {
      for (String suffix : value.split(",", -1)) {
        if (!suffix.isBlank()) {
          all.add(suffix.strip().startsWith(".") ? suffix.strip() : "." + suffix.strip());
        }
      }
    }
    if (all.isEmpty()) {
      all.add(".cgi");
    }
    return List.copyOf(all);
  }

  private static Set<String> lower(List<String> names) {
    Set<String> all = new TreeSet<>();
    names.forEach(name -> all.add(name.toLowerCase(Locale.ROOT)));
    return all;
  }

  static List<String> words(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split("[ \t]+"));
  }

  private static Map<String, String> variables(Options options) {
    Map<String, String> all = new TreeMap<>();
    all.put("PATH", Bytes.of(options.text("cgi.path")));
    String zone = System.getenv("TZ");
    if (zone != null) {
      all.put("TZ", Bytes.of(zone));
    }
    for (String name : options.list("cgi.pass-env")) {
      String value = System.getenv(name);
      if (value != null) {
        all.put(name, Bytes.of(value));
      }
    }
    options.family("cgi.set-env.").forEach((name, value) -> all.put(name, Bytes.of(value)));
    return all;
  }

  private static List<String> wrapper(Options options) {
    List<String> words = new ArrayList<>();
    long nice = options.number("cgi.nice");
    if (nice > 0) {
      tool(words, "nice", options, "cgi.nice", "-n", Long.toString(nice), "--");
    }
    List<String> limits = new ArrayList<>();
    if (options.isSet("cgi.limit.cpu")) {
      limits.add("--cpu=" + Math.max(1, options.duration("cgi.limit.cpu").toSeconds()));
    }
    if (options.isSet("cgi.limit.memory")) {
      limits.add("--as=" + options.size("cgi.limit.memory"));
    }
    if (options.isSet("cgi.limit.files")) {
      limits.add("--nofile=" + options.number("cgi.limit.files"));
    }
    if (options.isSet("cgi.limit.processes")) {
      limits.add("--nproc=" + options.number("cgi.limit.processes"));
    }
    if (!limits.isEmpty()) {
      limits.add("--");
      tool(words, "prlimit", options, "cgi.limit", limits.toArray(String[]::new));
    }
    words.addAll(words(options.text("cgi.run-as")));
    return List.copyOf(words);
  }

  private static void tool(
      List<String> words, String name, Options options, String key, String... arguments) {
    for (String folder : TOOLS) {
      Path program = Path.of(folder, name);
      if (Files.isExecutable(program)) {
        words.add(program.toString());
        words.addAll(Arrays.asList(arguments));
        return;
      }
    }
    LOG.warn(
        "{}: {} has no effect: there is no program {} in {}",
        options.origin(key.equals("cgi.limit") ? "cgi.limit.memory" : key),
        key,
        name,
        TOOLS);
  }
}
