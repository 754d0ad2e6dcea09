package org.sluice.cgi.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.api.status.SluiceStatus;
import org.sluice.api.status.StatusSource;
import org.sluice.api.status.Table;
import org.sluice.cgi.internal.process.Slots;

/** The table {@code programs}: what runs and what waits, by route. */
@Component(service = StatusSource.class)
@SluiceStatus("programs")
public final class CgiStatus implements StatusSource {
  private static final List<String> COLUMNS =
      List.of("route", "running", "most", "waiting", "refused");

  private final CgiState state;

  /** Called by the component runtime. */
  @Activate
  public CgiStatus(@Reference CgiState state) {
    this.state = state;
  }

  @Override
  public Table table(List<String> arguments) {
    List<List<Object>> rows = new ArrayList<>();
    List<Slots> all = new ArrayList<>(state.allSlots());
    all.sort(Comparator.comparing(Slots::route));
    for (Slots slots : all) {
      long[] counts = slots.counts();
      rows.add(List.of(slots.route(), counts[0], counts[3], counts[1], counts[2]));
    }
    rows.add(
        List.of("(all)", (long) state.programs().running(), state.programs().started(), 0L, 0L));
    return new Table(COLUMNS, rows);
  }
}
