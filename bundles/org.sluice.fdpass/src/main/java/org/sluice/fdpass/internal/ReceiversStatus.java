package org.sluice.fdpass.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.api.status.SluiceStatus;
import org.sluice.api.status.StatusSource;
import org.sluice.api.status.Table;

/** The table {@code receivers}: every receiver that a request was meant for. */
@Component(service = StatusSource.class)
@SluiceStatus("receivers")
public final class ReceiversStatus implements StatusSource {
  private static final List<String> COLUMNS =
      List.of(
          "receiver",
          "name",
          "state",
          "connections",
          "in-flight",
          "capacity",
          "unacknowledged",
          "acknowledged",
          "oldest-lease-ms",
          "given",
          "failed",
          "connect-us",
          "last-error");

  private final HandOffState state;

  /** Called by the component runtime. */
  @Activate
  public ReceiversStatus(@Reference HandOffState state) {
    this.state = state;
  }

  @Override
  public Table table(List<String> arguments) {
    List<Receiver> receivers = new ArrayList<>(state.receivers());
    receivers.sort(Comparator.comparing(receiver -> receiver.path));
    List<List<Object>> rows = new ArrayList<>();
    receivers.forEach(receiver -> rows.add(row(receiver)));
    return new Table(COLUMNS, rows);
  }

  private static List<Object> row(Receiver receiver) {
    Controls controls = receiver.controls();
    String name = null;
    Integer capacity = null;
    Long oldest = null;
    int connections = 0;
    if (controls != null) {
      int sum = 0;
      long now = System.nanoTime();
      for (ControlConnection each : controls.connections()) {
        connections++;
        sum += each.capacity();
        name = name == null ? each.name() : name;
        long since = each.oldestLease();
        if (since != 0) {
          long age = TimeUnit.NANOSECONDS.toMillis(now - since);
          oldest = oldest == null ? age : Math.max(oldest, age);
        }
      }
      capacity = sum;
    }
    return Arrays.asList(
        receiver.path,
        name,
        receiver.state(),
        connections,
        receiver.inFlight(),
        capacity,
        controls == null ? null : controls.unacknowledged(),
        controls == null ? null : controls.acknowledgements(),
        oldest,
        receiver.given(),
        receiver.failures(),
        receiver.connectMicros(),
        receiver.lastError());
  }
}
