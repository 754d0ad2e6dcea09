package org.sluice.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * The OSGi framework with the distribution's bundles in it. Bundles are installed by reference from
 * {@code bundles/LEVEL/} into an empty storage at each start: nothing of an earlier run can change
 * what a start gives.
 */
final class Front implements AutoCloseable {
  /** Start levels up to this one are needed to serve; higher ones hold extras such as the shell. */
  static final int SERVING = 3;

  /** All bundles of the distribution. */
  static final int ALL = 4;

  private static final int PATIENCE_SECONDS = 60;

  private final Framework framework;
  private final List<String> problems = Collections.synchronizedList(new ArrayList<>());

  private Front(Framework framework) {
    this.framework = framework;
  }

  /**
   * Makes the framework and installs everything; nothing runs before {@link #raise}.
   *
   * @throws Failure if the distribution is incomplete
   */
  static Front open(Installation installation, Map<String, String> config) throws Failure {
    Map<Integer, List<Path>> bundles = bundles(installation.bundles());
    Front front = new Front(new FrameworkFactory().newFramework(config));
    try {
      front.framework.init(front::note);
      front.installQuickly(bundles);
      front.framework.start();
      return front;
    } catch (BundleException | IOException e) {
      front.close();
      throw new Failure("the framework does not start: " + e.getMessage(), e);
    }
  }

  private static Map<Integer, List<Path>> bundles(Path folder) throws Failure {
    Map<Integer, List<Path>> levels = new TreeMap<>();
    try (Stream<Path> folders = Files.list(folder)) {
      for (Path level : (Iterable<Path>) folders.filter(Files::isDirectory)::iterator) {
        try (Stream<Path> jars = Files.list(level)) {
          List<Path> sorted = jars.filter(jar -> jar.toString().endsWith(".jar")).sorted().toList();
          levels.put(Integer.valueOf(level.getFileName().toString()), sorted);
        }
      }
      return levels;
    } catch (IOException | NumberFormatException e) {
      throw new Failure(folder + ": not the bundles of a distribution: " + e, e);
    }
  }

  /**
   * The framework writes its count of bundles to a file for each bundle that is installed, and many
   * file systems bring a file that is written anew to the disk at once: 2 ms a bundle on ext4. So
   * it goes nowhere while the distribution's bundles are installed.
   */
  private void installQuickly(Map<Integer, List<Path>> bundles)
      throws BundleException, IOException {
    Path count = framework.getBundleContext().getDataFile("bundle.id").toPath();
    try {
      Files.createSymbolicLink(count, Path.of("/dev/null"));
    } catch (IOException e) {
      // No links here: then it is a file, as the framework meant it to be.
    }
    install(bundles);
    Files.deleteIfExists(count);
  }

  private void install(Map<Integer, List<Path>> bundles) throws BundleException {
    BundleContext context = framework.getBundleContext();
    FrameworkStartLevel levels = framework.adapt(FrameworkStartLevel.class);
    List<Bundle> installed = new ArrayList<>();
    List<Bundle> serving = List.of();
    for (Map.Entry<Integer, List<Path>> level : bundles.entrySet()) {
      levels.setInitialBundleStartLevel(level.getKey());
      for (Path jar : level.getValue()) {
        installed.add(context.installBundle("reference:" + jar.toUri()));
      }
      if (level.getKey() <= SERVING) {
        serving = List.copyOf(installed);
      }
    }
    levels.setInitialBundleStartLevel(SERVING); // what deploy/ brings
    for (Bundle bundle : installed) {
      if (bundle.getHeaders("").get(Constants.FRAGMENT_HOST) == null) {
        bundle.start(Bundle.START_ACTIVATION_POLICY);
      }
    }
    // Together: one by one each of them would be fitted to all that are there already.
    framework.adapt(FrameworkWiring.class).resolveBundles(serving);
  }

  /**
   * Starts all bundles up to the level, in order, and returns when they are started or have failed
   * to.
   */
  void raise(int level) throws Failure {
    raise(level, () -> false);
  }

  /**
   * As {@link #raise(int)}, but does not wait for a bundle whose start hangs, such as one in {@code
   * deploy/}, once it is served without it.
   *
   * @param served whether the front serves
   * @return false if the level is not reached yet; the bundle in the way is among the problems
   */
  boolean raise(int level, BooleanSupplier served) throws Failure {
    CountDownLatch reached = new CountDownLatch(1);
    framework.adapt(FrameworkStartLevel.class).setStartLevel(level, event -> reached.countDown());
    try {
      for (int i = 0; i < PATIENCE_SECONDS; i++) {
        // The level is reached right after the listeners open, unless something is in the way.
        boolean before = served.getAsBoolean();
        if (reached.await(1, TimeUnit.SECONDS)) {
          return true;
        }
        if (before) {
          noteStarting();
          return false;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted while starting", e);
    }
    noteStarting();
    throw new Failure(
        "start level "
            + level
            + " was not reached within "
            + PATIENCE_SECONDS
            + " s"
            + problemText());
  }

  /** Asks for a level without waiting: it is reached when what is in the way has ended. */
  void raiseLater(int level) {
    framework.adapt(FrameworkStartLevel.class).setStartLevel(level);
  }

  private void noteStarting() {
    for (Bundle bundle : framework.getBundleContext().getBundles()) {
      boolean ours = bundle.getLocation().startsWith("reference:");
      if (bundle.getState() == Bundle.STARTING && bundle.getBundleId() != 0 && !ours) {
        problems.add(
            bundle.getSymbolicName()
                + " ("
                + bundle.getLocation()
                + ") has not finished its start");
      }
    }
  }

  private void note(FrameworkEvent event) {
    if (event.getType() == FrameworkEvent.ERROR) {
      problems.add(event.getBundle().getSymbolicName() + ": " + event.getThrowable().getMessage());
    }
  }

  /** What bundles reported while they were started, a line each, in the order it happened. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  private String problemText() {
    return problems.isEmpty() ? "" : "; " + String.join("; ", problems());
  }

  Contract contract() {
    return new Contract(framework.getBundleContext(), this);
  }

  /**
   * Blocks until the framework has stopped, by {@link #close} or by a bundle or a shell command.
   */
  void awaitEnd() throws InterruptedException {
    framework.waitForStop(0);
  }

  /** Stops all bundles and waits, at most 15 s. */
  @Override
  public void close() {
    try {
      framework.stop();
      framework.waitForStop(15_000);
    } catch (BundleException e) {
      problems.add(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
