package org.sluice.fdpass.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.api.status.SluiceStatus;
import org.sluice.api.status.StatusSource;
import org.sluice.api.status.Table;

/** The table {@code handoffs}: what became of hand-offs, by route and dialect. */
@Component(service = StatusSource.class)
@SluiceStatus("handoffs")
public final class HandOffsStatus implements StatusSource {
  private static final List<String> COLUMNS = List.of("route", "dialect", "outcome", "count");

  private final HandOffState state;

  /** Called by the component runtime. */
  @Activate
  public HandOffsStatus(@Reference HandOffState state) {
    this.state = state;
  }

  @Override
  public Table table(List<String> arguments) {
    List<Tally> tallies = new ArrayList<>();
    state.tallies().forEach(ofRoute -> tallies.addAll(ofRoute.values()));
    tallies.sort(
        Comparator.comparing((Tally tally) -> tally.route).thenComparing(tally -> tally.dialect));
    List<List<Object>> rows = new ArrayList<>();
    for (Tally tally : tallies) {
      for (Step step : Step.values()) {
        long count = tally.count(step);
        if (count > 0) {
          rows.add(List.of(tally.route, tally.dialect, step.toString(), count));
        }
      }
    }
    Completions completions = state.completions();
    if (completions.count() > 0) {
      rows.add(List.of("-", "-", "ended", completions.count()));
      rows.add(List.of("-", "-", "ended-bytes", completions.writtenBytes()));
    }
    if (completions.refused() > 0) {
      rows.add(List.of("-", "-", "memo-refused", completions.refused()));
    }
    long late = 0;
    long violations = 0;
    for (Receiver receiver : state.receivers()) {
      Controls controls = receiver.controls();
      late += controls == null ? 0 : controls.lateReports();
      violations += controls == null ? 0 : controls.violations();
    }
    if (late > 0) {
      rows.add(List.of("-", "sluice", "late-report", late));
    }
    if (violations > 0) {
      rows.add(List.of("-", "sluice", "violation", violations));
    }
    return new Table(COLUMNS, rows);
  }
}
