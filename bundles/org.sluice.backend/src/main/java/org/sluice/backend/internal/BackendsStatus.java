package org.sluice.backend.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.api.status.SluiceStatus;
import org.sluice.api.status.StatusSource;
import org.sluice.api.status.Table;

/** The table {@code backends}: connections and counts of each backend. */
@Component(service = StatusSource.class)
@SluiceStatus("backends")
public final class BackendsStatus implements StatusSource {
  private static final List<String> COLUMNS =
      List.of(
          "backend",
          "running",
          "open",
          "idle",
          "requests",
          "connects",
          "failures",
          "bytes-out",
          "bytes-in",
          "last-error");

  private final Backends backends;

  /** Called by the component runtime. */
  @Activate
  public BackendsStatus(@Reference Backends backends) {
    this.backends = backends;
  }

  @Override
  public Table table(List<String> arguments) {
    List<List<Object>> rows = new ArrayList<>();
    for (Backend each : backends.all()) {
      rows.add(
          Arrays.asList(
              each.toString(),
              each.running.get(),
              each.open.get(),
              each.idle.get(),
              each.requests.sum(),
              each.connects.sum(),
              each.failures.sum(),
              each.bytesOut.sum(),
              each.bytesIn.sum(),
              each.lastError));
    }
    return new Table(COLUMNS, rows);
  }
}
