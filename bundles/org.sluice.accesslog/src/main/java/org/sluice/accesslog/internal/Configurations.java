package org.sluice.accesslog.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.SynchronousConfigurationListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of {@code etc/org.sluice.accesslog~NAME.cfg}, as the core shows them in Configuration
 * Admin. Followed by a synchronous listener, so that a log is open before the first request that
 * follows the change: the core opens listeners only when all files are in effect.
 */
final class Configurations implements SynchronousConfigurationListener {
  static final String PID = "org.sluice.accesslog";

  private static final Logger LOG = LoggerFactory.getLogger("org.sluice.accesslog");
  private static final String FILTER =
      "(|(service.factoryPid=" + PID + ")(service.pid=" + PID + "))";

  private final BundleContext context;
  private final ConfigurationAdmin admin;
  private final Consumer<Collection<LogSettings>> sink;
  private ServiceRegistration<?> registration;

  Configurations(
      BundleContext context, ConfigurationAdmin admin, Consumer<Collection<LogSettings>> sink) {
    this.context = context;
    this.admin = admin;
    this.sink = sink;
  }

  /** Listens first and reads then: nothing falls between. */
  void open() {
    registration = context.registerService(SynchronousConfigurationListener.class, this, null);
    read(null);
  }

  void close() {
    registration.unregister();
  }

  @Override
  public void configurationEvent(ConfigurationEvent event) {
    if (PID.equals(event.getFactoryPid()) || PID.equals(event.getPid())) {
      read(event.getType() == ConfigurationEvent.CM_DELETED ? event.getPid() : null);
    }
  }

  private synchronized void read(String deleted) {
    try {
      Configuration[] found = admin.listConfigurations(FILTER);
      List<LogSettings> all = new ArrayList<>();
      for (Configuration one : found == null ? new Configuration[0] : found) {
        if (!one.getPid().equals(deleted) && one.getProperties() != null) {
          all.add(settings(one.getPid(), one.getProperties()));
        }
      }
      all.sort(Comparator.comparing(LogSettings::name));
      sink.accept(all);
    } catch (IOException e) {
      LOG.error("the configuration of access logs cannot be read", e);
    } catch (InvalidSyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static LogSettings settings(String pid, Dictionary<String, Object> properties) {
    Map<String, String> values = new HashMap<>();
    for (String key : (Iterable<String>) properties.keys()::asIterator) {
      if (!key.startsWith("service.") && !key.startsWith("sluice.config.")) {
        values.put(key, String.valueOf(properties.get(key)));
      }
    }
    int tilde = pid.indexOf('~');
    return new LogSettings(tilde < 0 ? "default" : pid.substring(tilde + 1), values);
  }
}
