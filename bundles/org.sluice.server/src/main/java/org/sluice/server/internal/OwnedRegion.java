package org.sluice.server.internal;

import io.netty.channel.DefaultFileRegion;
import org.sluice.api.http.FileRegion;

/**
 * A file region for sendfile that gives the closing of the file back to its owner, exactly once.
 */
final class OwnedRegion extends DefaultFileRegion {
  private final FileRegion region;

  OwnedRegion(FileRegion region) {
    super(region.channel(), region.position(), region.length());
    this.region = region;
  }

  @Override
  protected void deallocate() {
    region.close();
  }
}
