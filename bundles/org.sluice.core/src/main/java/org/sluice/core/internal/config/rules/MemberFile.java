package org.sluice.core.internal.config.rules;

import org.sluice.core.internal.config.read.CfgFile;
import org.sluice.core.internal.config.read.Problems;

/** {@code org.sluice.member~NAME.cfg}: what a member cannot do without. */
public final class MemberFile {
  private MemberFile() {}

  /** Reports what is missing. */
  public static void check(CfgFile file, Problems problems) {
    if (file.value("target") == null) {
      problems.error(
          file.display(), 0, "target= is missing: http://HOST[:PORT][/PATH] or unix:SOCKET");
    }
    if (file.value("balancer") == null) {
      problems.error(file.display(), 0, "balancer= is missing: the balancers it belongs to");
    }
  }
}
