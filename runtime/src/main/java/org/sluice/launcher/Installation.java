package org.sluice.launcher;

import java.nio.file.Path;

/**
 * The two folders everything lies in: the distribution, which is read only, and the base, which
 * belongs to one front.
 *
 * @param home the distribution: {@code bin/}, {@code lib/}, {@code bundles/}, default {@code etc/}
 * @param base {@code etc/}, {@code deploy/}, {@code run/}, {@code log/}, {@code cache/}; may be the
 *     same folder
 */
record Installation(Path home, Path base) {

  /**
   * From the system properties that {@code bin/sluice} sets, with the working directory as the
   * base.
   */
  static Installation fromProperties() throws Failure {
    String home = System.getProperty("sluice.home");
    if (home == null) {
      throw new Failure("system property sluice.home is not set: start through bin/sluice");
    }
    Path base = Path.of(System.getProperty("sluice.base", "")).toAbsolutePath().normalize();
    return new Installation(Path.of(home).toAbsolutePath().normalize(), base);
  }

  Path etc() {
    return base.resolve("etc");
  }

  Path deploy() {
    return base.resolve("deploy");
  }

  Path run() {
    return base.resolve("run");
  }

  Path log() {
    return base.resolve("log");
  }

  Path cache() {
    return base.resolve("cache");
  }

  /**
   * The bundles of the distribution, one folder per start level: {@code bundles/1}, {@code
   * bundles/2}, …
   */
  Path bundles() {
    return home.resolve("bundles");
  }

  Path script() {
    return home.resolve("bin").resolve("sluice");
  }

  Path shellSocket() {
    return run().resolve("shell.sock");
  }

  /** The same distribution with another base. */
  Installation withBase(Path other) {
    return new Installation(home, other.toAbsolutePath().normalize());
  }
}
