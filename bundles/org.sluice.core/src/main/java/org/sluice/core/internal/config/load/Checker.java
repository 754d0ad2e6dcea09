package org.sluice.core.internal.config.load;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sluice.core.internal.config.keys.Catalog;
import org.sluice.core.internal.config.read.Problem;
import org.sluice.core.internal.config.rules.Known;

/** What {@code sluice check} does: reads the configuration as a start would, without effect. */
public final class Checker {
  private Checker() {}

  /**
   * Checks {@code base/etc}.
   *
   * @return one line for each problem, {@code error …} or {@code warning …}, in the order of files
   *     and lines; empty when all is well
   */
  public static List<String> check(Path base, Catalog catalog, Known known) {
    Result result = new Loader(base, catalog).load(known, LastGood.none(), null);
    List<Problem> problems = new ArrayList<>(result.problems());
    Lines lines = new Lines(result.files());
    problems.addAll(ReceiverProbe.look(base, result.snapshot(), lines));
    problems.addAll(FolderProbe.look(base, result.snapshot(), lines));
    problems.addAll(FileProbe.look(base, result.files()));
    problems.sort(null);
    return problems.stream().map(Problem::toString).toList();
  }
}
