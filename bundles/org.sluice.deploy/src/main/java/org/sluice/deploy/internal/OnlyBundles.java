package org.sluice.deploy.internal;

import java.io.File;
import java.io.IOException;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.apache.felix.fileinstall.ArtifactListener;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what is no bundle before FileInstall looks at it, which would say nothing of most files and
 * make configurations of others. Names that copying tools use until a file is whole are passed
 * over, and so is a README. A jar that becomes a bundle when it changes is FileInstall's from then
 * on.
 */
@Component(service = {ArtifactInstaller.class, ArtifactListener.class})
@ServiceRanking(1001)
public final class OnlyBundles implements ArtifactInstaller {
  private static final Logger LOG = LoggerFactory.getLogger(OnlyBundles.class);

  @Override
  public boolean canHandle(File artifact) {
    return reason(artifact) != null;
  }

  /** Why FileInstall could not install the file as a bundle; null if it can. */
  private static String reason(File artifact) {
    if (!artifact.getName().endsWith(".jar")) {
      return "only plug-in jars (*.jar) go into deploy/, configuration into etc/";
    }
    try {
      JarIdentity jar = JarIdentity.of(artifact);
      if (jar == null) {
        return "it is no bundle, its manifest has no Bundle-SymbolicName";
      }
      return jar.headers().getValue(Constants.BUNDLE_VERSION) == null
          ? "its manifest has no Bundle-Version"
          : null;
    } catch (IOException e) {
      return "it cannot be read as a jar (" + e.getMessage() + ")";
    } catch (IllegalArgumentException e) {
      return "its manifest is wrong (" + e.getMessage() + ")";
    }
  }

  @Override
  public void install(File artifact) {
    String name = artifact.getName();
    if (isExpected(name)) {
      LOG.debug("deploy/{} is passed over", name);
    } else {
      LOG.warn("deploy/{} is passed over: {}", name, reason(artifact));
    }
  }

  /** An unfinished copy, or a word to whoever looks into the folder. */
  private static boolean isExpected(String name) {
    return name.endsWith(".tmp")
        || name.endsWith(".part")
        || name.endsWith("~")
        || name.startsWith("README");
  }

  @Override
  public void update(File artifact) {
    install(artifact);
  }

  @Override
  public void uninstall(File artifact) {
    LOG.debug("deploy/{} was removed, or has become a bundle", artifact.getName());
  }
}
