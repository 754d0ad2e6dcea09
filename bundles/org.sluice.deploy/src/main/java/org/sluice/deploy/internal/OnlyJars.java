package org.sluice.deploy.internal;

import java.io.File;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.apache.felix.fileinstall.ArtifactListener;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what is no jar before FileInstall does, which would say nothing of most files and make
 * configurations of others. Names that copying tools use until a file is whole are passed over.
 */
@Component(service = {ArtifactInstaller.class, ArtifactListener.class})
@ServiceRanking(1001)
public final class OnlyJars implements ArtifactInstaller {
  private static final Logger LOG = LoggerFactory.getLogger(OnlyJars.class);

  @Override
  public boolean canHandle(File artifact) {
    return !artifact.getName().endsWith(".jar");
  }

  @Override
  public void install(File artifact) {
    String name = artifact.getName();
    if (name.endsWith(".tmp") || name.endsWith(".part") || name.endsWith("~")) {
      LOG.debug("deploy/{} is passed over: it looks like an unfinished copy", name);
    } else {
      LOG.warn(
          "deploy/{} is passed over: only plug-in jars (*.jar) go into deploy/, configuration into etc/",
          name);
    }
  }

  @Override
  public void update(File artifact) {
    LOG.debug("deploy/{} has changed and is still no jar", artifact.getName());
  }

  @Override
  public void uninstall(File artifact) {
    LOG.debug("deploy/{} was removed", artifact.getName());
  }
}
