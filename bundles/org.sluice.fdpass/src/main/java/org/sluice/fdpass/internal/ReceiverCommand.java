package org.sluice.fdpass.internal;

import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.api.status.SluiceStatus;
import org.sluice.api.status.StatusSource;
import org.sluice.api.status.Table;

/**
 * The command {@code receiver drain|resume NAME}: by order of the operator a receiver gets no more
 * clients, until that is taken back or the front restarts. NAME is its path, the name it says in
 * {@code READY}, or its file's name.
 */
@Component(service = StatusSource.class)
@SluiceStatus("receiver")
public final class ReceiverCommand implements StatusSource {
  private final HandOffState state;

  /** Called by the component runtime. */
  @Activate
  public ReceiverCommand(@Reference HandOffState state) {
    this.state = state;
  }

  @Override
  public Table table(List<String> arguments) {
    boolean drain = !arguments.isEmpty() && arguments.get(0).equals("drain");
    if (arguments.size() != 2 || !(drain || arguments.get(0).equals("resume"))) {
      throw new IllegalArgumentException("usage: receiver drain|resume NAME");
    }
    List<List<Object>> rows = new ArrayList<>();
    for (Receiver receiver : state.receivers()) {
      if (isNamed(receiver, arguments.get(1))) {
        receiver.drain(drain);
        rows.add(List.of(receiver.path, receiver.state(), receiver.inFlight()));
      }
    }
    if (rows.isEmpty()) {
      throw new IllegalArgumentException(
          "no receiver '" + arguments.get(1) + "'; 'receivers' lists those that were used");
    }
    return new Table(List.of("receiver", "state", "in-flight"), rows);
  }

  private static boolean isNamed(Receiver receiver, String name) {
    if (receiver.path.equals(name)
        || receiver.path.endsWith("/" + name)
        || receiver.path.endsWith("/" + name + ".sock")) {
      return true;
    }
    Controls controls = receiver.controls();
    if (controls != null) {
      for (ControlConnection each : controls.connections()) {
        if (name.equals(each.name())) {
          return true;
        }
      }
    }
    return false;
  }
}
