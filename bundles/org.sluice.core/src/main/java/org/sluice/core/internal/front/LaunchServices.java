package org.sluice.core.internal.front;

import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * What the launcher, which stands outside the framework, may ask of the core: services of JDK types
 * with the property {@code sluice.launch}.
 */
final class LaunchServices {
  private final BundleContext context;
  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
  private ServiceRegistration<?> ready;
  private List<String> told;

  LaunchServices(BundleContext context) {
    this.context = context;
  }

  /** {@code ready}: the addresses, or the reason why there are none. */
  synchronized void ready(CompletableFuture<List<String>> future) {
    ready = register(Future.class, future, "ready");
  }

  /** What listens now, if that is not what {@code ready} has said. */
  synchronized void addresses(List<String> addresses) {
    if (ready != null && !addresses.equals(told)) {
      told = addresses;
      ready.setProperties(properties("ready", addresses));
    }
  }

  /** {@code drain}: stops to accept and returns when the last response has left. */
  void drain(Runnable drain) {
    register(Runnable.class, drain, "drain");
  }

  /** {@code check}: every problem of the configuration, one a line. */
  void check(Callable<List<String>> check) {
    register(Callable.class, check, "check");
  }

  /** {@code explain}: what would happen to a URL. */
  void explain(Function<String, String> explain) {
    register(Function.class, explain, "explain");
  }

  private ServiceRegistration<?> register(Class<?> type, Object service, String name) {
    ServiceRegistration<?> registration =
        context.registerService(type.getName(), service, properties(name, null));
    registrations.add(registration);
    return registration;
  }

  private static Dictionary<String, Object> properties(String name, List<String> addresses) {
    Dictionary<String, Object> properties = new Hashtable<>();
    properties.put("sluice.launch", name);
    if (addresses != null) {
      properties.put("sluice.addresses", addresses);
    }
    return properties;
  }

  synchronized void close() {
    ready = null;
    registrations.forEach(ServiceRegistration::unregister);
    registrations.clear();
  }
}
