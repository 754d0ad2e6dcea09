package org.sluice.accesslog.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.accesslog.internal.write.Outlet;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Outcome;
import org.sluice.log.api.LogItem;
import org.sluice.log.api.LogWriter;

/**
 * All access logs: follows configuration, items and writers, and publishes one immutable set of
 * logs. An exchange that ends reads the set once.
 */
@Component(service = AccessLogs.class, immediate = true)
public final class AccessLogs {
  private static final Logger LOG = LoggerFactory.getLogger("org.sluice.accesslog");
  private static final long PART_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long CLOSE_NANOS = TimeUnit.MILLISECONDS.toNanos(3_500);

  private final Path base;
  private final boolean checking;
  private final Turns turns = new Turns();
  private final Plugins<LogItem> items = new Plugins<>("sluice.log.item", BuiltIn.items());
  private final Plugins<LogWriter> writers = new Plugins<>("sluice.log.writer", BuiltIn.writers());
  private final Configurations configurations;
  private final Holding holding;
  private Map<String, LogSettings> wanted = Map.of();
  private boolean active = true;

  /** Outlets that no log uses any more, and that may still write what waited. */
  private final List<Outlet> leaving = new ArrayList<>();

  private volatile Map<String, String> formats = Map.of();
  private volatile LogSet logs = LogSet.EMPTY;

  /** Called by Declarative Services. */
  @Activate
  public AccessLogs(
      BundleContext context, @Reference org.osgi.service.cm.ConfigurationAdmin admin) {
    String folder = context.getProperty("sluice.base");
    base = Path.of(folder == null ? "" : folder).toAbsolutePath().normalize();
    checking = "check".equals(context.getProperty("sluice.mode"));
    holding = new Holding(context, this);
    configurations = new Configurations(context, admin, this::configure);
  }

  /** Makes the logs, when the items and writers of others are known that are there already. */
  @Activate
  void open() {
    configurations.open();
  }

  // ---- items and writers

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY,
      updated = "updatedItem")
  void bindItem(ServiceReference<LogItem> reference, LogItem item) {
    items.add(reference, item);
    recompile();
  }

  void updatedItem(ServiceReference<LogItem> reference) {
    items.rebuild();
    recompile();
  }

  void unbindItem(ServiceReference<LogItem> reference) {
    items.remove(reference);
    recompile();
    turns.awaitOthers();
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY,
      updated = "updatedWriter")
  void bindWriter(ServiceReference<LogWriter> reference, LogWriter writer) {
    Map<String, LogWriter> before = serving();
    writers.add(reference, writer);
    writersChanged(before);
  }

  void updatedWriter(ServiceReference<LogWriter> reference) {
    Map<String, LogWriter> before = serving();
    writers.rebuild();
    writersChanged(before);
  }

  /** What the writer has open is closed when this returns: its bundle may stop (T15). */
  void unbindWriter(ServiceReference<LogWriter> reference) {
    Map<String, LogWriter> before = serving();
    writers.remove(reference);
    Map<Outlet, CompletableFuture<Void>> parting = new LinkedHashMap<>();
    for (Log log : logs.all()) {
      String name = log.outlet().settings().writer();
      if (writers.find(name) != before.get(name)) {
        parting.put(log.outlet(), log.outlet().ask(Outlet.Command.PART));
      }
    }
    long deadline = System.nanoTime() + PART_NANOS;
    parting.forEach((outlet, parted) -> outlet.awaitParted(parted, deadline));
  }

  /** The writers that logs use now. */
  private Map<String, LogWriter> serving() {
    Map<String, LogWriter> serving = new HashMap<>();
    for (Log log : logs.all()) {
      String name = log.outlet().settings().writer();
      serving.put(name, writers.find(name));
    }
    return serving;
  }

  /** What the old one has open is closed soon, what waits is written by the new one. */
  private void writersChanged(Map<String, LogWriter> before) {
    for (Log log : logs.all()) {
      String name = log.outlet().settings().writer();
      if (writers.find(name) != before.get(name)) {
        log.outlet().writersChanged();
      }
    }
  }

  LogWriter writer(String name) {
    return writers.find(name);
  }

  LogItem item(String name) {
    return items.find(name);
  }

  // ---- configuration

  Path base() {
    return base;
  }

  /** Names of formats that files define. */
  Map<String, String> formats() {
    return formats;
  }

  private synchronized void configure(Collection<LogSettings> all) {
    Map<String, LogSettings> next = new TreeMap<>();
    Map<String, String> names = new LinkedHashMap<>();
    for (LogSettings settings : all) {
      settings.formats().forEach(names::putIfAbsent);
      if (!settings.isOnlyNames()) {
        next.put(settings.name(), settings);
      }
    }
    formats = names;
    wanted = next;
    if (active && !checking) {
      apply();
    }
  }

  /** Makes the logs what is wanted; those that stay as they are keep their writer. */
  private void apply() {
    Map<String, Log> before = new HashMap<>();
    logs.all().forEach(log -> before.put(log.settings().name(), log));
    List<Log> next = new ArrayList<>();
    for (LogSettings settings : wanted.values()) {
      try {
        next.add(log(settings, before));
      } catch (RuntimeException e) {
        // Settings are judged before; what slips through must not take the other logs along.
        LOG.error("log {}: {}; it stays as it was", settings.name(), e.toString());
        if (before.containsKey(settings.name())) {
          next.add(before.get(settings.name()));
        }
      }
    }
    publish(next, before.values());
  }

  /** A name that another file defined may be gone: the word itself is hardly what was meant. */
  private String text(LogSettings settings, Log former) {
    String text = settings.formatText(formats);
    if (former == null
        || !former.settings().equals(settings)
        || former.formatText().equals(text)
        || text.indexOf('%') >= 0) {
      return text;
    }
    LOG.warn(
        "log {}: format={} is not defined any more; its last definition stays in use",
        settings.name(),
        settings.format());
    return former.formatText();
  }

  private Log log(LogSettings settings, Map<String, Log> before) {
    Log former = before.get(settings.name());
    String text = text(settings, former);
    boolean sameOutlet =
        former != null
            && former.outlet().settings().equals(settings.outlet())
            && former.outlet().target().equals(settings.target(base));
    if (sameOutlet && former.settings().equals(settings)) {
      return former.formatText().equals(text) ? former : former.with(text, items::find);
    }
    Outlet outlet =
        sameOutlet
            ? former.outlet()
            : new Outlet(settings.target(base), settings.outlet(), writers::find);
    try {
      return Log.of(settings, outlet, text, items::find);
    } catch (RuntimeException e) {
      if (!sameOutlet) {
        outlet.beginClose();
      }
      throw e;
    }
  }

  /** Nobody writes into an outlet any more when it is closed. */
  private void publish(List<Log> next, Collection<Log> before) {
    List<Outlet> kept = next.stream().map(Log::outlet).toList();
    logs = new LogSet(next);
    boolean waited = false;
    for (Log former : before) {
      if (!kept.contains(former.outlet())) {
        if (!waited) {
          turns.awaitOthers();
          waited = true;
        }
        former.outlet().leave();
        leaving.removeIf(Outlet::isClosed);
        leaving.add(former.outlet());
      }
    }
    // Last: whoever is held by an outlet that leaves has been let go.
    holding.needed(logs.mayBlock());
  }

  private synchronized void recompile() {
    if (!active || logs.isEmpty()) {
      return;
    }
    // None is left as it was: it would go on using an item that has gone (T15).
    List<Log> next = new ArrayList<>();
    for (Log log : logs.all()) {
      next.add(log.with(log.formatText(), items::find));
    }
    logs = new LogSet(next);
  }

  @Deactivate
  void deactivate() {
    configurations.close();
    List<Outlet> last;
    synchronized (this) {
      active = false;
      last = new ArrayList<>(leaving);
      logs.all().forEach(log -> last.add(log.outlet()));
      logs = LogSet.EMPTY;
    }
    turns.awaitOthers();
    last.forEach(Outlet::beginClose);
    holding.needed(false);
    long deadline = System.nanoTime() + CLOSE_NANOS;
    try {
      for (Outlet outlet : last) {
        outlet.awaitClosed(deadline);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- exchanges

  /** The logs at this moment. */
  LogSet logs() {
    return logs;
  }

  /** Whether no log wants a line. */
  boolean isIdle() {
    return logs.isEmpty();
  }

  /** Writes the lines of an exchange that has ended. */
  void log(Exchange exchange, Outcome outcome) {
    if (logs.isEmpty()) {
      return;
    }
    Turn turn = turns.mine();
    if (!turn.begin()) {
      // An item made an exchange end: its lines need a turn of their own.
      turn = new Turn();
      turn.begin();
    }
    try {
      turn.entry.begin(exchange, outcome, turn.nowMicros());
      logs.write(turn, exchange.site());
    } finally {
      turn.end();
    }
  }
}
