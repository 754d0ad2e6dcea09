package org.sluice.core.internal.config.load;

import java.util.List;
import org.sluice.core.internal.config.Snapshot;
import org.sluice.core.internal.config.read.CfgFile;
import org.sluice.core.internal.config.read.Problem;

/**
 * What a pass over the configuration gave.
 *
 * @param snapshot to be put into effect; never null
 * @param problems the same as the snapshot's
 * @param files in effect, for {@link Mirror}: bad ones in their last good state, or left out
 */
public record Result(Snapshot snapshot, List<Problem> problems, List<CfgFile> files) {

  /** Whether any file cannot take effect as it is. */
  public boolean hasErrors() {
    return problems.stream().anyMatch(Problem::isError);
  }
}
