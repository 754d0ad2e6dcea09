package org.sluice.launcher;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;

/**
 * What the launcher and {@code org.sluice.core} agree on. The launcher is outside the framework, so
 * these are services of JDK types, told apart by the service property {@code sluice.launch}:
 *
 * <ul>
 *   <li>{@code ready}: {@link Future} of {@code List<String>}, the addresses of the open listeners,
 *       such as {@code http://127.0.0.1:8080}; fails with an exception whose message names file and
 *       key. Where the listeners change afterwards, the service's property {@code sluice.addresses}
 *       has the addresses of that moment, as {@code List<String>}. The service is there as long as
 *       anything listens.
 *   <li>{@code drain}: {@link Runnable}, called once on SIGTERM, before the framework stops;
 *       returns when requests have ended or were given up.
 *   <li>{@code check}: {@link Callable} of {@code List<String>}, lines that begin with {@code error
 *       } or {@code warning }; called with the framework property {@code sluice.mode=check}, in
 *       which no listener is opened.
 *   <li>{@code explain}: {@link Function} of String to String, from a URL to the text that tells
 *       how it is served.
 * </ul>
 */
final class Contract {
  /** The service property that tells the services apart. */
  static final String PROPERTY = "sluice.launch";

  /** The property of {@code ready} that has the addresses after a change. */
  static final String ADDRESSES = "sluice.addresses";

  private static final int APPEARS_WITHIN_SECONDS = 10;

  private final BundleContext context;
  private final Front front;

  Contract(BundleContext context, Front front) {
    this.context = context;
    this.front = front;
  }

  /** Waits for the listeners. */
  List<String> awaitReady(int seconds) throws Failure {
    try {
      Object addresses = service(Future.class, "ready").get(seconds, TimeUnit.SECONDS);
      return strings(addresses);
    } catch (ExecutionException e) {
      throw new Failure(message(e.getCause()), e);
    } catch (TimeoutException e) {
      throw new Failure("not ready within " + seconds + " s" + problems(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted while waiting for the listeners", e);
    }
  }

  /** Whether the listeners are open, or have failed to. */
  boolean isReady() {
    ServiceReference<?> reference = find(Future.class, "ready");
    return reference != null
        && context.getService(reference) instanceof Future<?> ready
        && ready.isDone();
  }

  /**
   * Tells what listens from now on: whenever that changes, by the configuration or because core
   * leaves or comes back. What happens at the framework's own end is not told.
   *
   * @param told gets the addresses, none when nothing listens; called on the thread of the change
   */
  void follow(Consumer<List<String>> told) {
    ServiceListener listener =
        event -> {
          if (context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getState() == Bundle.ACTIVE) {
            follow(event.getType(), event.getServiceReference(), told);
          }
        };
    try {
      context.addServiceListener(listener, "(" + PROPERTY + "=ready)");
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
    ServiceReference<?> now = find(Future.class, "ready");
    if (now == null || now.getProperty(ADDRESSES) != null) {
      follow(now == null ? ServiceEvent.UNREGISTERING : ServiceEvent.MODIFIED, now, told);
    }
  }

  private void follow(int type, ServiceReference<?> ready, Consumer<List<String>> told) {
    if (type == ServiceEvent.UNREGISTERING) {
      told.accept(List.of());
    } else if (ready.getProperty(ADDRESSES) != null) {
      told.accept(strings(ready.getProperty(ADDRESSES)));
    } else if (context.getService(ready) instanceof CompletionStage<?> stage) {
      stage.whenComplete((addresses, failure) -> told.accept(strings(addresses)));
    }
  }

  /** Lets requests end; nothing happens if core is not there any more. */
  void drain() {
    try {
      ServiceReference<?> reference = find(Runnable.class, "drain");
      if (reference != null && context.getService(reference) instanceof Runnable drain) {
        drain.run();
      }
    } catch (IllegalStateException e) {
      // the framework has ended meanwhile, and all requests with it
    }
  }

  /** The findings on the configuration. */
  List<String> check() throws Failure {
    return strings(call(service(Callable.class, "check")::call));
  }

  /** How a URL is served. */
  String explain(String url) throws Failure {
    @SuppressWarnings("unchecked") // the contract above
    Function<String, String> explain = service(Function.class, "explain");
    return String.valueOf(call(() -> explain.apply(url)));
  }

  private static Object call(Callable<?> callable) throws Failure {
    try {
      return callable.call();
    } catch (
        Exception e) { // whatever a bundle throws ends the command, not the launcher's own code
      throw new Failure(message(e), e);
    }
  }

  private static List<String> strings(Object value) {
    return value instanceof List<?> list ? list.stream().map(String::valueOf).toList() : List.of();
  }

  private static String message(Throwable thrown) {
    return thrown.getMessage() == null ? thrown.toString() : thrown.getMessage();
  }

  private <T> T service(Class<T> type, String name) throws Failure {
    Supplier<ServiceReference<?>> find = () -> find(type, name);
    CountDownLatch changed = new CountDownLatch(1);
    ServiceListener listener =
        event -> {
          if (find.get() != null) {
            changed.countDown();
          }
        };
    context.addServiceListener(listener);
    try {
      if (find.get() == null && !changed.await(APPEARS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
        throw new Failure(
            "org.sluice.core offers no service " + PROPERTY + "=" + name + problems());
      }
      return type.cast(context.getService(find.get()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted while starting", e);
    } finally {
      context.removeServiceListener(listener);
    }
  }

  private ServiceReference<?> find(Class<?> type, String name) {
    try {
      String filter =
          "(&("
              + Constants.OBJECTCLASS
              + "="
              + type.getName()
              + ")("
              + PROPERTY
              + "="
              + name
              + "))";
      ServiceReference<?>[] found = context.getAllServiceReferences(null, filter);
      return found == null ? null : found[0];
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private String problems() {
    List<String> problems = front.problems();
    return problems.isEmpty() ? "" : "; " + String.join("; ", problems);
  }
}
