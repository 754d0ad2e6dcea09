package org.sluice.core.internal.front;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

/**
 * Tells whether the first pass over {@code deploy/} is done: every jar there is a running bundle.
 */
final class DeployFolder {
  private final Path folder;
  private final BundleContext context;

  DeployFolder(Path folder, BundleContext context) {
    this.folder = folder;
    this.context = context;
  }

  /** Jars that are not running yet. */
  List<String> pending() {
    List<String> names = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return names;
    }
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
      for (Path jar : jars) {
        if (!isRunning(jar)) {
          names.add(jar.getFileName().toString());
        }
      }
    } catch (IOException e) {
      // A folder that vanishes has nothing pending.
    }
    return names;
  }

  private boolean isRunning(Path file) {
    if (!Files.isRegularFile(file)) {
      // A pipe would keep whoever opens it; FileInstall is not let do so either.
      return true;
    }
    try (JarFile jar = new JarFile(file.toFile())) {
      Manifest manifest = jar.getManifest();
      String name =
          manifest == null
              ? null
              : manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME);
      if (name == null) {
        return true;
      }
      String symbolicName = name.indexOf(';') < 0 ? name : name.substring(0, name.indexOf(';'));
      Version version =
          Version.parseVersion(manifest.getMainAttributes().getValue(Constants.BUNDLE_VERSION));
      boolean fragment = manifest.getMainAttributes().getValue(Constants.FRAGMENT_HOST) != null;
      for (Bundle bundle : context.getBundles()) {
        if (symbolicName.trim().equals(bundle.getSymbolicName())
            && version.equals(bundle.getVersion())) {
          return fragment || bundle.getState() == Bundle.ACTIVE;
        }
      }
      return false;
    } catch (IOException | IllegalArgumentException e) {
      // Broken jars never run; FileInstall says so, and waiting for them helps nobody.
      return true;
    }
  }
}
