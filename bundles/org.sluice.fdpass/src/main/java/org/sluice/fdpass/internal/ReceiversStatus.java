package org.sluice.fdpass.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
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
      List.of("receiver", "state", "in-flight", "given", "failed", "connect-us", "last-error");

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
    for (Receiver receiver : receivers) {
      rows.add(
          Arrays.asList(
              receiver.path,
              receiver.state(),
              receiver.inFlight(),
              receiver.given(),
              receiver.failures(),
              receiver.connectMicros(),
              receiver.lastError()));
    }
    return new Table(COLUMNS, rows);
  }
}
