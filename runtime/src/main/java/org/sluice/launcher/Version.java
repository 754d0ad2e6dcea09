package org.sluice.launcher;

/** The version of the distribution. */
final class Version {
  private Version() {}

  /** As in the manifest of the launcher's jar; {@code development} when run from classes. */
  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
