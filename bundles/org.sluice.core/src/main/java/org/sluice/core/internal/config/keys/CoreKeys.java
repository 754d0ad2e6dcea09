package org.sluice.core.internal.config.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.sluice.api.config.OptionType;

/** The keys that belong to the core: those without a dot and five families. */
public final class CoreKeys {
  private CoreKeys() {}

  /** Families of which an unknown key is an error. */
  static final Set<String> FAMILIES = Set.of("limit", "timeout", "error", "handoff", "header");

  /** Families of the core's own file. */
  private static final Set<String> CORE_FILE = Set.of("plugin", "start", "stop");

  /**
   * Plug-ins whose options guard or claim content. While one is absent each of its keys counts as a
   * guard, because which of them are is not known then.
   */
  static final Set<String> GUARDS = Set.of("access", "auth", "ssi", "cgi");

  /** Type, default, range (or choices), scope, meaning. A key that ends in a dot is a family. */
  private static final String TABLE =
      """
      listen           | list     |           |               | site     | addresses, for example 127.0.0.1:8080
      hosts            | list     |           |               | site     | host names; empty for the default site
      root             | path     | htdocs    |               | site     | document root
      backlog          | number   | 1024      | 1..65535      | listener | connections waiting to be accepted
      limit.request-line            | size     | 8190 | 64..1m   | listener | longest request line
      limit.header                  | size     | 8190 | 64..1m   | listener | longest field line
      limit.headers                 | number   | 100  | 1..10000 | listener | most fields
      limit.connections             | number   |      | 0..1000000 | listener | most open connections of the listener; 0 or empty: no limit
      limit.requests-per-connection | number   |      | 0..1000000000 | listener | most requests on a connection; 0 or empty: no limit
      timeout.header                | duration | 20s  | 0s..1d   | listener | for the whole head; 0s: none
      timeout.keepalive             | duration | 5s   | 0s..1d   | listener | idle time between requests; 0s: none
      site             | text     |           |               | route    | NAME of a site; empty: all sites
      path             | text     | /         |               | route    | prefix of the decoded path
      match            | text     |           |               | route    | regular expression that refines path
      order            | number   | 100       | 0..1000000    | route    | among routes with match on one path, lower first
      target           | text     |           |               | route    | scheme:rest, or ! to exclude the path
      index            | list     | index.html |              | option   | files tried for a folder
      flusher          | text     |           |               | option   | who writes the preamble; empty: what the dialect says
      dialect          | text     | classic   |               | option   | how a hand-off is written
      limit.body       | size     | 1g        | 0..           | option   | longest request body; 0: no limit
      timeout.body     | duration | 20s       | 0s..1d        | option   | without progress of the request body; 0s: none
      timeout.write    | duration | 60s       | 0s..1d        | option   | without progress of the response; 0s: none
      error.           | text     |           |               | option   | page for a status from 400 to 599
      header.          | text     |           |               | option   | field added to responses
      ssi              | flag     | off       |               | option   | server-side includes; guard of plug-in ssi
      handoff.body            | choice   | refuse | refuse drop | option | what classic does with a request body
      handoff.mode            | choice   | lease  | lease give  | option | what sluice asks for where the flusher sends nothing
      handoff.uncounted       | choice   | give   | give close  | option | leases where the kernel does not count: give, or close after one exchange
      handoff.linger          | duration | 100ms  | 0s..10s     | option | wait for the sign that a message was read
      handoff.connect-timeout | duration | 1s     | 1ms..60s    | option | to connect a receiver
      handoff.ack-timeout     | duration | 5s     | 1ms..1h     | option | for ACK, from sending
      handoff.lease-timeout   | duration | 30s    | 1ms..7d     | option | for DONE or TAKE, from sending
      handoff.queue           | number   | 100    | 0..1000000  | option | hand-offs that may wait for a receiver
      handoff.queue-timeout   | duration | 5s     | 0s..10m     | option | longest wait in the queue
      handoff.hash            | text     |        |             | option | cookie:NAME, header:NAME, address or path:N
      handoff.hash-overflow   | choice   | wait   | wait next   | option | when the receiver chosen by hash is full
      handoff.allow-users     | list     |        |             | option | users who may lease and listen, beside our own and root
      handoff.allowed         | list     |        |             | option | prefixes of sockets that an application may name
      handoff.data-limit      | size     | 65535  | 0..65535    | option | most bytes of X-Handoff-Data
      handoff.connections     | number   |        | 1..64       | option | standing connections; empty: one per event loop
      handoff.tcp-keepalive   | duration | 60s    | 0s..2h      | option | idle time before probes on a given socket; 0s: off
      handoff.socket-check    | flag     | on     |             | option | check owner and mode of socket and folder
      handoff.links           | flag     | off    |             | option | follow a symbolic link to a receiver's socket
      plugin.hold      | duration | 2s        | 0s..60s       | core     | how long requests wait for a name that just vanished
      plugin.drain     | duration | 4s        | 0s..4900ms    | core     | how long a plug-in's end waits for its exchanges
      start.wait       | duration | 5s        | 0s..5m        | core     | how long listeners wait for schemes and guards in use
      stop.wait        | duration | 10s       | 0s..10m       | core     | how long open exchanges may go on at the end
      workers          | number   |           | 1..10000      | core     | threads for blocking work; empty: by processors
      server-header    | text     | Sluice    |               | core     | Server field of responses; off: none
      site             | text     |           |               | log      | NAME of a site; empty: all sites
      file             | text     |           |               | log      | where to write
      format           | text     |           |               | log      | format or its name
      """;

  private static final Map<String, KeySpec.Check> CHECKS =
      Map.of(
          "error.", CoreChecks::errorPage,
          "header.", CoreChecks::header,
          "handoff.hash", CoreChecks::hash,
          "handoff.allowed", CoreChecks::allowed,
          "flusher", CoreChecks::pluginName,
          "dialect", CoreChecks::pluginName,
          "index", CoreChecks::index,
          "server-header", CoreChecks::fieldValue);

  /** All declarations. */
  static final List<KeySpec> ALL = parse();

  private static List<KeySpec> parse() {
    List<KeySpec> specs = new ArrayList<>();
    for (String line : TABLE.lines().toList()) {
      specs.add(parse(line.split("\\|", -1)));
    }
    return List.copyOf(specs);
  }

  private static KeySpec parse(String[] cells) {
    String key = cells[0].strip();
    OptionType type = OptionType.valueOf(cells[1].strip().toUpperCase(Locale.ROOT));
    String range = cells[3].strip();
    int dots = range.indexOf("..");
    boolean guard = GUARDS.contains(key);
    return new KeySpec(
        key,
        type,
        cells[2].strip(),
        dots < 0 ? "" : range.substring(0, dots),
        dots < 0 ? "" : range.substring(dots + 2),
        type == OptionType.CHOICE ? List.of(range.split(" ")) : List.of(),
        Scope.valueOf(cells[4].strip().toUpperCase(Locale.ROOT)),
        guard,
        guard ? key : KeySpec.CORE,
        cells[5].strip(),
        CHECKS.get(key));
  }

  /** Whether an unknown key is the core's business, so that it is an error and no plug-in's. */
  public static boolean owns(String key) {
    int dot = key.indexOf('.');
    return dot < 0 || FAMILIES.contains(key.substring(0, dot));
  }

  /** Whether a plug-in may not have this name. */
  static boolean isReserved(String plugin) {
    return FAMILIES.contains(plugin) || CORE_FILE.contains(plugin) || plugin.equals(KeySpec.CORE);
  }
}
