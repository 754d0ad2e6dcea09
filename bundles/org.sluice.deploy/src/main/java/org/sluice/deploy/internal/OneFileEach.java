package org.sluice.deploy.internal;

import java.io.File;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.apache.felix.fileinstall.ArtifactListener;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Of several files in {@code deploy/} that are the same bundle in the same version, one is
 * installed. FileInstall would count the bundle as each of theirs, and uninstall it with whichever
 * goes first. So this installer takes all but one and lets them wait; when that one has gone or has
 * become another version, they are FileInstall's.
 */
@Component(service = {ArtifactInstaller.class, ArtifactListener.class})
@ServiceRanking(999)
public final class OneFileEach implements ArtifactInstaller {
  private static final Logger LOG = LoggerFactory.getLogger(OneFileEach.class);

  /** A file as it was read, so that each is opened once. */
  private record Seen(long time, long length, JarIdentity jar) {}

  private final BundleContext context;
  private final BundleListener listener = this::changed;
  private final Map<File, Seen> seen = new ConcurrentHashMap<>();
  private final Set<File> waiting = ConcurrentHashMap.newKeySet();

  /** For the framework that the bundles are in. */
  @Activate
  public OneFileEach(BundleContext context) {
    this.context = context;
    context.addBundleListener(listener);
  }

  @Deactivate
  void deactivate() {
    context.removeBundleListener(listener);
  }

  @Override
  public boolean canHandle(File artifact) {
    return first(artifact) != null;
  }

  /** The other file that the bundle is or will be installed from; null if the file is that. */
  private File first(File artifact) {
    JarIdentity jar = read(artifact);
    File[] files = jar == null ? null : artifact.getParentFile().listFiles(OneFileEach::isTaken);
    if (files == null) {
      return null;
    }
    Bundle installed = jar.installed(context);
    File first = artifact;
    for (File file : files) {
      JarIdentity other = file.equals(artifact) ? null : read(file);
      if (other == null || !other.isSame(jar)) {
        continue;
      }
      if (installed != null && JarIdentity.isFrom(installed, file)) {
        return file;
      }
      first = first.compareTo(file) < 0 ? first : file;
    }
    boolean own = installed != null && JarIdentity.isFrom(installed, artifact);
    return own || first.equals(artifact) ? null : first;
  }

  /** As FileInstall's filter has it, which is set by the launcher. */
  private static boolean isTaken(File file) {
    return file.getName().endsWith(".jar") && !file.getName().startsWith(".");
  }

  private JarIdentity read(File file) {
    if (!file.getName().endsWith(".jar")) {
      return null;
    }
    long time = file.lastModified();
    long length = file.length();
    Seen known = seen.get(file);
    if (known != null && known.time() == time && known.length() == length) {
      return known.jar();
    }
    JarIdentity jar;
    try {
      jar = JarIdentity.of(file);
    } catch (IOException | IllegalArgumentException e) {
      jar = null; // OnlyBundles says so.
    }
    seen.put(file, new Seen(time, length, jar));
    return jar;
  }

  @Override
  public void install(File artifact) {
    waiting.add(artifact);
    File first = first(artifact);
    if (first != null) {
      LOG.warn(
          "deploy/{} is passed over while deploy/{} is there, which is the same bundle in the same"
              + " version ({})",
          artifact.getName(),
          first.getName(),
          read(artifact));
    } else {
      LetGo.ofFile(artifact); // The other one has gone meanwhile.
    }
  }

  @Override
  public void update(File artifact) {
    install(artifact);
  }

  @Override
  public void uninstall(File artifact) {
    waiting.remove(artifact);
    LetGo.ofFile(artifact);
  }

  /** Where the one that was installed has gone, FileInstall takes the next when it has changed. */
  private void changed(BundleEvent event) {
    if (event.getType() == BundleEvent.UNINSTALLED || event.getType() == BundleEvent.UPDATED) {
      seen.keySet().removeIf(file -> !file.exists());
      for (File file : waiting) {
        if (first(file) == null) {
          LetGo.ofFile(file);
        }
      }
    }
  }
}
