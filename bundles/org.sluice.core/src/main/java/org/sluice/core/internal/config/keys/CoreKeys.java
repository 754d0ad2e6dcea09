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
      reuse-port       | flag     | off       |               | listener | a listening socket for each event loop (SO_REUSEPORT)
      limit.request-line            | size     | 8190 | 64..1m   | listener | longest request line
      limit.header                  | size     | 8190 | 64..1m   | listener | longest field line
      limit.headers                 | number   | 100  | 1..10000 | listener | most fields
      limit.connections             | number   |      | 0..1000000 | listener | most open connections of the listener; 0 or empty: no limit
      limit.connections-per-address | number   |      | 0..1000000 | listener | most open connections of one client, of IPv6 of one /64 network; 0 or empty: no limit
      limit.requests-per-connection | number   |      | 0..1000000000 | listener | most requests on a connection; 0 or empty: no limit
      timeout.header                | duration | 20s  | 0s..1d   | listener | for the whole head; 0s: none
      timeout.keepalive             | duration | 5s   | 0s..1d   | listener | idle time between requests; 0s: none
      site             | text     |           |               | route    | NAME of a site; empty: all sites
      path             | text     | /         |               | route    | prefix of the decoded path
      match            | text     |           |               | route    | regular expression that refines path
      order            | number   | 100       | 0..1000000    | route    | among routes with match on one path, lower first
      target           | text     |           |               | route    | scheme:rest, or ! to exclude the path
      index            | list     | index.html |              | option   | files tried for a folder
      listing          | flag     | off       |               | option   | page of a folder without index file
      links            | choice   | owner     | off owner on  | option   | symbolic links that stay below the root
      dotfiles         | flag     | off       |               | option   | names that begin with a dot, but .ht
      path-info        | choice   | default   | off default on | option  | path behind a file; default: programs only
      precompressed    | flag     | off       |               | option   | siblings .br and .gz for those who accept them
      cache-control    | text     |           |               | option   | Cache-Control of files
      charset          | text     |           |               | option   | charset of text files; empty or off: none
      flusher          | text     |           |               | option   | who writes the preamble; empty: what the dialect says
      dialect          | text     | classic   |               | option   | how a hand-off is written
      limit.body       | size     | 1g        | 0..           | option   | longest request body; 0: no limit
      timeout.body     | duration | 20s       | 0s..1d        | option   | without progress of the request body; 0s: none
      timeout.write    | duration | 60s       | 0s..1d        | option   | without progress of the response; 0s: none
      error.           | text     |           |               | option   | page for a status from 400 to 599
      header.          | text     |           |               | option   | field added to responses
      cgi              | flag     | off       |               | option   | programs among files; guard of plug-in cgi
      ssi              | choice   | off       | off noexec on | option   | server-side includes; guard of plug-in ssi
      ssi.exec-cmd     | flag     | off       |               | option   | element exec may run commands of a page
      mapping          | choice   | decoded   | decoded encoded servlet | option | how a request's path becomes a backend's
      nocanon          | flag     | off       |               | option   | pass what follows the route's path as it was written
      forwarded        | choice   | replace   | replace append off | option | Forwarded and X-Forwarded-* for backends
      request-buffer   | size     | 0         | 0..64m        | option   | read that much of a request's body before a backend is asked; 0: none
      error-override   | list     |           |               | option   | statuses of backends that get our own page: on, off, 404, 500-599
      handoff.body            | choice   | refuse | refuse drop | option | what classic does with a request body
      handoff.mode            | choice   | lease  | lease give  | option | what sluice asks for where the flusher sends nothing
      handoff.uncounted       | choice   | give   | give close  | option | leases where the kernel does not count: give, or close after one exchange
      handoff.linger          | duration | 100ms  | 0s..10s     | option | wait for the sign that a message was read
      handoff.connect-timeout | duration | 1s     | 1ms..60s    | option | to connect a receiver
      handoff.ack-timeout     | duration | 5s     | 1ms..1h     | option | for ACK, from sending
      handoff.lease-timeout   | duration | 30s    | 1ms..7d     | option | for DONE or TAKE, from sending
      handoff.queue           | number   | 1000   | 0..1000000  | option | hand-offs that may wait for a receiver
      handoff.queue-timeout   | duration | 5s     | 0s..10m     | option | longest wait in the queue
      handoff.hash            | text     |        |             | option | cookie:NAME, header:NAME, address or path:N
      handoff.hash-overflow   | choice   | wait   | wait next   | option | when the receiver chosen by hash is full
      handoff.allow-users     | list     |        |             | option | users who may lease and listen, beside our own and root
      handoff.allowed         | list     |        |             | option | prefixes of sockets that an application may name
      handoff.data-limit      | size     | 65535  | 0..65535    | option | most bytes of X-Handoff-Data
      handoff.connections     | number   |        | 1..64       | option | standing connections; empty: one per event loop
      handoff.tcp-keepalive   | duration | 60s    | 0s..2h      | option | idle time before probes on a given socket; 0s: off
      handoff.socket-check    | flag     | on     |             | option | check who owns socket and folder, and who may write to the folder
      handoff.links           | flag     | off    |             | option | follow a symbolic link to a receiver's socket
      plugin.hold      | duration | 2s        | 0s..60s       | core     | how long requests wait for a name that just vanished
      plugin.drain     | duration | 4s        | 0s..4900ms    | core     | how long a plug-in's end waits for its exchanges
      start.wait       | duration | 5s        | 0s..5m        | core     | how long listeners wait for schemes and guards in use
      stop.wait        | duration | 10s       | 0s..10m       | core     | how long open exchanges may go on at the end
      workers          | number   |           | 1..10000      | core     | threads for blocking work; empty: by processors
      server-header    | text     | Sluice    |               | core     | Server field of responses; off: none
      site             | text     |           |               | log      | NAME of a site; empty: all sites
      balancer         | list     |           |               | member   | balancers it belongs to
      target           | text     |           |               | member   | http://HOST[:PORT][/PATH] or unix:SOCKET
      loadfactor       | text     | 1         |               | member   | share of the load, 1 to 100, at most two decimals
      lbset            | number   | 0         | 0..99         | member   | lower sets are used first
      route            | text     |           |               | member   | what sessions are bound by; empty: the member's NAME
      redirect         | text     |           |               | member   | route used instead while this member is unusable
      status           | text     |           |               | member   | letters D S E I N H R C, with + or -
      retry            | duration | 60s       | 0s..1d        | member   | how long it is left alone after an error; 0s: not at all
      max              | number   | 0         | 0..1000000    | member   | most requests at a time; 0: no limit
      slow-start       | duration | 0s        | 0s..1h        | member   | time until it gets its whole share
      health           | choice   | off       | off http tcp  | member   | active checks
      health.path      | text     | /         |               | member   | what is asked for
      health.host      | text     |           |               | member   | Host of the check; empty: of the target
      health.expect    | list     | 200-399   |               | member   | statuses that are healthy
      health.interval  | duration | 5s        | 100ms..1h     | member   | between two checks
      health.timeout   | duration | 2s        | 10ms..5m      | member   | for one check
      health.passes    | number   | 2         | 1..100        | member   | good checks in a row until it is used again
      health.fails     | number   | 3         | 1..100        | member   | bad checks in a row until it is left alone
      file             | text     |           |               | log      | where to write: a file, or a bar and a program
      writer           | text     |           |               | log      | file, pipe, stdout, syslog or a plug-in's; empty: by file
      writer.          | text     |           |               | log      | settings of a plug-in's writer
      format           | text     | combined  |               | log      | format or its name
      format.          | text     |           |               | log      | defines a name for all logs
      routes           | list     |           |               | log      | names of routes; with ! all but these
      status           | list     |           |               | log      | 404, 500-599, 4xx; with ! all but these
      condition        | text     |           |               | log      | env=NAME, env=!NAME or an expression
      fallback         | flag     | off       |               | log      | only what no log of the site itself takes
      sampling         | number   | 1         | 1..1000000    | log      | one of so many exchanges
      sampling.always  | list     |           |               | log      | statuses that sampling does not thin out
      mask             | list     |           |               | log      | query parameters whose values are hidden
      line-limit       | size     | 32k       | 256..1m       | log      | longer lines are cut
      buffer           | size     | 64k       | 0..16m        | log      | bytes that may wait while the writer keeps up; 0: none
      flush            | duration | 1s        | 1ms..1m       | log      | longest wait of a line while the writer keeps up
      queue            | size     | 4m        | 64k..1g       | log      | bytes that may wait when the writer does not keep up
      overflow         | choice   | drop      | drop block    | log      | what happens when the queue is full
      overflow.wait    | duration | 5s        | 10ms..5m      | log      | of block: longest wait of a request
      rotate.size      | size     |           | 1k..          | log      | new file when this one has so many bytes
      rotate.every     | duration |           | 1s..366d      | log      | new file at whole multiples of local time
      compress         | choice   | off       | off gzip      | log      | rotated files
      keep             | number   |           | 0..100000     | log      | rotated files that are kept; 0 or empty: all
      syslog.address   | text     | unix:/dev/log |           | log      | unix:PATH or udp:HOST:PORT
      syslog.facility  | text     | local0    |               | log      | facility by name or number
      syslog.severity  | text     | info      |               | log      | severity by name or number
      syslog.tag       | text     | sluice    |               | log      | APP-NAME of the messages
      """;

  private static final Map<String, KeySpec.Check> CHECKS =
      Map.ofEntries(
          Map.entry("error.", CoreChecks::errorPage),
          Map.entry("error-override", CoreChecks::statuses),
          Map.entry("header.", CoreChecks::header),
          Map.entry("handoff.hash", CoreChecks::hash),
          Map.entry("handoff.allowed", CoreChecks::allowed),
          Map.entry("flusher", CoreChecks::pluginName),
          Map.entry("dialect", CoreChecks::pluginName),
          Map.entry("index", CoreChecks::index),
          Map.entry("cache-control", CoreChecks::fieldValue),
          Map.entry("charset", CoreChecks::token),
          Map.entry("server-header", CoreChecks::fieldValue),
          Map.entry("member.target", MemberChecks::target),
          Map.entry("member.balancer", MemberChecks::names),
          Map.entry("member.loadfactor", MemberChecks::loadFactor),
          Map.entry("member.route", MemberChecks::route),
          Map.entry("member.redirect", MemberChecks::route),
          Map.entry("member.status", MemberChecks::status),
          Map.entry("member.health.path", MemberChecks::path),
          Map.entry("member.health.expect", CoreChecks::statuses));

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
        CHECKS.get(cells[4].strip().equals("member") ? "member." + key : key));
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
