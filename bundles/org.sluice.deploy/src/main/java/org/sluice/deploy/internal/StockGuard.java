package org.sluice.deploy.internal;

import java.io.File;
import java.io.IOException;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.apache.felix.fileinstall.ArtifactListener;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps FileInstall from touching stock bundles. FileInstall would update a bundle of the same name
 * and version wherever it came from, and uninstall it with the file; so this installer, which is
 * asked before, takes such a jar and does nothing with it but say why. So it does with any version
 * of a bundle that there can be only one of.
 */
@Component(service = {ArtifactInstaller.class, ArtifactListener.class})
@ServiceRanking(1000)
public final class StockGuard implements ArtifactInstaller {
  private static final Logger LOG = LoggerFactory.getLogger(StockGuard.class);

  private final BundleContext context;

  /** For the framework whose bundles are protected. */
  @Activate
  public StockGuard(BundleContext context) {
    this.context = context;
  }

  @Override
  public boolean canHandle(File artifact) {
    return artifact.getName().endsWith(".jar") && stock(artifact) != null;
  }

  /** The stock bundle that the jar would replace, or must not stand beside; or null. */
  private Bundle stock(File artifact) {
    try {
      JarIdentity jar = JarIdentity.of(artifact);
      if (jar == null) {
        return null;
      }
      Bundle bundle = jar.installed(context);
      return bundle == null || isFrom(bundle, artifact.getParentFile())
          ? Singles.inTheWayOf(jar, context)
          : bundle;
    } catch (IOException | IllegalArgumentException e) {
      // Half-copied or broken: FileInstall reports what it cannot install.
      return null;
    }
  }

  private static boolean isFrom(Bundle bundle, File folder) {
    return bundle.getLocation().startsWith(folder.toURI().normalize().toString());
  }

  @Override
  public void install(File artifact) {
    Bundle bundle = stock(artifact);
    if (bundle == null) {
      return; // It has changed meanwhile, and FileInstall will see that.
    }
    String stock = bundle.getSymbolicName() + "/" + bundle.getVersion();
    if (Singles.isOne(bundle.getSymbolicName())) {
      LOG.error(
          "deploy/{} is refused: it is another {}, and {}",
          artifact.getName(),
          stock,
          Singles.INSTEAD);
    } else {
      LOG.error(
          "deploy/{} is refused: it has name and version of the stock bundle {}; give it a higher"
              + " version, then it serves beside the stock one",
          artifact.getName(),
          stock);
    }
  }

  @Override
  public void update(File artifact) {
    install(artifact);
  }

  @Override
  public void uninstall(File artifact) {
    LOG.info(
        "deploy/{} was removed or replaced; the stock bundle was never touched",
        artifact.getName());
    LetGo.ofFile(artifact);
  }
}
