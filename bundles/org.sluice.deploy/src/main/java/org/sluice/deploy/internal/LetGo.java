package org.sluice.deploy.internal;

import java.io.File;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that an installer of ours had claimed and that has become a bundle for FileInstall.
 *
 * <p>FileInstall takes such a file from us and then forgets it: it looks for another installer only
 * when the file changes once more (seen). So its time is set to now, which is that change.
 */
final class LetGo {
  private static final Logger LOG = LoggerFactory.getLogger(LetGo.class);

  private LetGo() {}

  /** To be called by {@code uninstall}: if the file is still there, FileInstall sees it anew. */
  static void ofFile(File file) {
    long before = file.lastModified();
    if (before == 0) {
      return; // It was removed.
    }
    long now = System.currentTimeMillis();
    if (!file.setLastModified(now == before ? now + 1 : now)) {
      LOG.warn(
          "deploy/{} has become a bundle and is taken when it changes again: remove it, and copy"
              + " it once more",
          file.getName());
    }
  }
}
