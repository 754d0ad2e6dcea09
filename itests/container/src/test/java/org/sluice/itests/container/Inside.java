package org.sluice.itests.container;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** What tests ask from inside the framework. */
final class Inside {
  private static final long LIMIT = TimeUnit.SECONDS.toNanos(20);

  private final BundleContext context;
  private final String address;

  Inside(BundleContext context) throws Exception {
    this.context = context;
    this.address = address();
  }

  private String address() throws Exception {
    Future<?> ready =
        await(
            () -> (Future<?>) service("java.util.concurrent.Future", "(sluice.launch=ready)"),
            found -> found != null,
            "the core's promise of listeners");
    return ((List<?>) ready.get(LIMIT, TimeUnit.NANOSECONDS)).get(0).toString();
  }

  private Object service(String type, String filter) throws InvalidSyntaxException {
    ServiceReference<?>[] found = context.getAllServiceReferences(type, filter);
    return found == null ? null : context.getService(found[0]);
  }

  /** Waits for a value as wanted. */
  static <T> T await(Callable<T> source, Predicate<T> wanted, String description) throws Exception {
    long end = System.nanoTime() + LIMIT;
    T value = source.call();
    while (!wanted.test(value)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not in time: " + description + " (last: " + value + ")");
      }
      LockSupport.parkNanos(2_000_000);
      value = source.call();
    }
    return value;
  }

  HttpURLConnection ask(String method, String target) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(address + target).toURL().openConnection();
    connection.setRequestMethod(method);
    connection.setConnectTimeout(10_000);
    connection.setReadTimeout(10_000);
    connection.getResponseCode();
    return connection;
  }

  int status(String method, String target) throws IOException {
    return ask(method, target).getResponseCode();
  }

  /** The plug-ins that are registered, as {@code type name bundle}, sorted. */
  List<String> plugins() throws InvalidSyntaxException {
    List<String> plugins = new ArrayList<>();
    for (String property :
        new String[] {"sluice.scheme", "sluice.flusher", "sluice.dialect", "sluice.status"}) {
      ServiceReference<?>[] found = context.getAllServiceReferences(null, "(" + property + "=*)");
      for (ServiceReference<?> each : found == null ? new ServiceReference<?>[0] : found) {
        Object names = each.getProperty(property);
        String name =
            names instanceof Object[] array ? String.join(",", (String[]) array) : "" + names;
        plugins.add(property + " " + name + " " + each.getBundle().getSymbolicName());
      }
    }
    plugins.sort(null);
    return plugins;
  }
}
