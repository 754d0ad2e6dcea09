package org.sluice.itests.container;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.cleanCaches;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.Constants;

/** The bundles of the packaged distribution, in the start levels that it gives them. */
final class Packaged {
  private static final Path TOP = Path.of(System.getProperty("sluice.top", "../.."));
  private static final Path BUNDLES = TOP.resolve("runtime/target/sluice/bundles");
  private static final String VERSION = System.getProperty("sluice.version", "0.1.0");

  private Packaged() {}

  /** Everything, in the order of file names. */
  static Option[] all(String base) {
    return with(base, UnaryOperator.identity());
  }

  /** Everything but these of our bundles. */
  static Option[] without(String base, String... symbolicNames) {
    return with(
        base,
        jars -> {
          List<Path> left = new ArrayList<>(jars);
          for (String name : symbolicNames) {
            left.removeIf(jar -> jar.endsWith(name + "-" + VERSION + ".jar"));
          }
          return left;
        });
  }

  /**
   * The bundles of each start level as the function arranges them; within a level bundles start in
   * the order in which they were installed.
   */
  static Option[] with(String base, UnaryOperator<List<Path>> arrange) {
    List<Option> options = new ArrayList<>();
    levels()
        .forEach(
            (level, jars) -> arrange.apply(jars).forEach(jar -> options.add(install(jar, level))));
    Path folder = makeBase(base);
    options.add(frameworkProperty("sluice.base").value(folder.toString()));
    options.add(frameworkProperty("sluice.home").value(BUNDLES.getParent().toString()));
    options.add(frameworkProperty("sluice.mode").value("run"));
    options.add(
        frameworkProperty("felix.fileinstall.dir").value(folder.resolve("deploy").toString()));
    options.add(frameworkProperty("felix.fileinstall.disableNio2").value("true"));
    options.add(frameworkProperty("gosh.args").value("--nointeractive"));
    options.add(systemProperty("pax.exam.osgi.unresolved.fail").value("true"));
    options.add(systemProperty("org.ops4j.pax.logging.DefaultServiceLog.level").value("WARN"));
    options.add(junitBundles());
    options.add(cleanCaches(true));
    return new Option[] {composite(options.toArray(Option[]::new))};
  }

  private static Option install(Path jar, int level) {
    try (JarFile file = new JarFile(jar.toFile())) {
      boolean fragment =
          file.getManifest().getMainAttributes().getValue(Constants.FRAGMENT_HOST) != null;
      String uri = jar.toAbsolutePath().normalize().toUri().toString();
      return bundle(uri).startLevel(level).start(!fragment);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<Integer, List<Path>> levels() {
    Map<Integer, List<Path>> levels = new TreeMap<>();
    try (Stream<Path> folders = Files.list(BUNDLES)) {
      for (Path folder : (Iterable<Path>) folders::iterator) {
        try (Stream<Path> jars = Files.list(folder)) {
          levels.put(Integer.valueOf(folder.getFileName().toString()), jars.sorted().toList());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("build the distribution first: " + BUNDLES, e);
    }
    return levels;
  }

  private static Path makeBase(String name) {
    try {
      Path base = Path.of("target", "bases", name).toAbsolutePath();
      for (String folder : new String[] {"etc", "deploy", "run", "log", "cache"}) {
        Files.createDirectories(base.resolve(folder));
      }
      Path etc = base.resolve("etc");
      Files.writeString(etc.resolve("org.sluice.site~main.cfg"), "listen=127.0.0.1:0\n");
      Files.writeString(
          etc.resolve("org.sluice.core.cfg"), "start.wait=300ms\nplugin.hold=100ms\n");
      Files.writeString(
          etc.resolve("org.sluice.route~fixed.cfg"),
          "path=/fixed\ntarget=status:200\nstatus.text=fixed\n");
      Files.writeString(
          etc.resolve("org.sluice.route~guarded.cfg"),
          "path=/fixed/guarded\naccess.allow=127.0.0.1\n");
      Files.writeString(
          etc.resolve("org.sluice.route~fd.cfg"), "path=/fd\ntarget=fd:run/app.sock\n");
      Files.writeString(
          etc.resolve("org.sluice.route~probe.cfg"), "path=/fd/probe\nflusher=probe\n");
      Files.writeString(
          etc.resolve("org.sluice.route~scheme.cfg"), "path=/scheme\ntarget=probe:x\n");
      return base;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
