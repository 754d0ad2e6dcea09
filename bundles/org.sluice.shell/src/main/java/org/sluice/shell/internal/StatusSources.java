package org.sluice.shell.internal;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.status.StatusSource;
import org.sluice.api.status.Table;

/**
 * The status sources that are there now, by name; of equal names the one that ranks highest. A
 * source for which {@link SluiceCommands} has no command becomes one of its own, so that a bundle
 * adds a command by publishing a source.
 */
@Component(service = StatusSources.class, immediate = true)
public final class StatusSources {
  private static final Logger LOG = LoggerFactory.getLogger(StatusSources.class);
  private static final String PROPERTY = "sluice.status";
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");

  /** Bundles of the distribution that publish a source, for the message when it is missing. */
  private static final Map<String, String> OWNERS =
      Map.of(
          "receivers", "org.sluice.fdpass",
          "handoffs", "org.sluice.fdpass",
          "impact", "org.sluice.deploy");

  private final BundleContext context;
  private final Map<String, NavigableMap<ServiceReference<?>, StatusSource>> sources =
      new HashMap<>();
  private final Map<String, ServiceRegistration<?>> commands = new HashMap<>();
  private boolean active = true;

  /** Called by Declarative Services. */
  @Activate
  public StatusSources(BundleContext context) {
    this.context = context;
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY,
      updated = "updated")
  void bind(ServiceReference<StatusSource> reference, StatusSource source) {
    String name = name(reference);
    if (name == null) {
      LOG.warn(
          "a status source of {} has no name: {} must be a word of a-z, 0-9 and -",
          reference.getBundle(),
          PROPERTY);
      return;
    }
    synchronized (this) {
      sources
          .computeIfAbsent(name, ignored -> new TreeMap<>(Collections.reverseOrder()))
          .put(reference, source);
      addCommand(name);
    }
  }

  /** A changed name or ranking: the reference is bound anew under what it says now. */
  void updated(ServiceReference<StatusSource> reference, StatusSource source) {
    unbind(reference);
    bind(reference, source);
  }

  synchronized void unbind(ServiceReference<StatusSource> reference) {
    for (Map.Entry<String, NavigableMap<ServiceReference<?>, StatusSource>> entry :
        sources.entrySet()) {
      // By equality: the order of the map depends on properties that may have changed.
      entry.getValue().entrySet().removeIf(bound -> bound.getKey().equals(reference));
      if (entry.getValue().isEmpty()) {
        removeCommand(entry.getKey());
      }
    }
    sources.values().removeIf(Map::isEmpty);
  }

  @Deactivate
  synchronized void deactivate() {
    active = false;
    Set.copyOf(commands.keySet()).forEach(this::removeCommand);
  }

  private static String name(ServiceReference<?> reference) {
    return reference.getProperty(PROPERTY) instanceof String name && NAME.matcher(name).matches()
        ? name
        : null;
  }

  private void addCommand(String name) {
    if (!active || SluiceCommands.RESERVED.contains(name) || commands.containsKey(name)) {
      return;
    }
    Map<String, Object> properties =
        Map.of(
            CommandProcessor.COMMAND_SCOPE,
            SluiceCommands.SCOPE,
            CommandProcessor.COMMAND_FUNCTION,
            name);
    commands.put(
        name,
        context.registerService(
            Function.class, new SourceCommand(name, this), FrameworkUtil.asDictionary(properties)));
  }

  private void removeCommand(String name) {
    ServiceRegistration<?> command = commands.remove(name);
    if (command != null) {
      command.unregister();
    }
  }

  /** Names of the sources that became commands of their own, sorted. */
  synchronized List<String> commandNames() {
    return commands.keySet().stream().sorted().toList();
  }

  /**
   * Asks the source of that name.
   *
   * @throws CommandFailure if there is none, if it refuses the arguments or fails
   */
  Table table(String name, List<String> arguments) throws CommandFailure {
    StatusSource source = find(name);
    if (source == null) {
      throw missing(name);
    }
    try {
      return source.table(arguments);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(name + ": " + Text.message(e), e);
    } catch (RuntimeException | LinkageError e) {
      // Somebody else's code: its failure is shown and must not end the shell.
      LOG.warn("the status source {} failed", name, e);
      throw new CommandFailure(name + ": the source failed: " + Text.message(e), e);
    }
  }

  private synchronized StatusSource find(String name) {
    NavigableMap<ServiceReference<?>, StatusSource> named = sources.get(name);
    return named == null ? null : named.firstEntry().getValue();
  }

  private static CommandFailure missing(String name) {
    String owner = OWNERS.getOrDefault(name, "org.sluice.core");
    return new CommandFailure(
        "nothing tells about '" + name + "' now: is the bundle " + owner + " started?", null);
  }
}
