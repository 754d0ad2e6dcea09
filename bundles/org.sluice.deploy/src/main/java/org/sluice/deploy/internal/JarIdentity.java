package org.sluice.deploy.internal;

import java.io.File;
import java.io.IOException;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

/** Symbolic name and version of a jar, and its other headers. */
record JarIdentity(String symbolicName, Version version, Attributes headers) {

  /**
   * Reads the manifest; null when the file is no bundle. Only regular files are opened: a pipe
   * would keep whoever asks until somebody writes to it.
   */
  static JarIdentity of(File file) throws IOException {
    if (!file.isFile()) {
      throw new IOException(file.exists() ? "it is no regular file" : "there is no such file");
    }
    try (JarFile jar = new JarFile(file)) {
      Manifest manifest = jar.getManifest();
      String name =
          manifest == null
              ? null
              : manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME);
      if (name == null) {
        return null;
      }
      int semicolon = name.indexOf(';');
      Attributes headers = manifest.getMainAttributes();
      return new JarIdentity(
          (semicolon < 0 ? name : name.substring(0, semicolon)).trim(),
          Version.parseVersion(headers.getValue(Constants.BUNDLE_VERSION)),
          headers);
    }
  }

  /** The installed bundle of this name and version, or null. */
  Bundle installed(BundleContext context) {
    for (Bundle bundle : context.getBundles()) {
      if (symbolicName.equals(bundle.getSymbolicName()) && version.equals(bundle.getVersion())) {
        return bundle;
      }
    }
    return null;
  }

  /** Whether the bundle is the one that was installed from the file. */
  static boolean isFrom(Bundle bundle, File file) {
    return bundle.getLocation().equals(file.toURI().normalize().toString());
  }

  boolean isSame(JarIdentity other) {
    return symbolicName.equals(other.symbolicName) && version.equals(other.version);
  }

  @Override
  public String toString() {
    return symbolicName + "/" + version;
  }
}
