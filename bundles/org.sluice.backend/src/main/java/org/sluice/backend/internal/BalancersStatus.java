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

/** The table {@code balancers}: the members of each balancer. */
@Component(service = StatusSource.class)
@SluiceStatus("balancers")
public final class BalancersStatus implements StatusSource {
  static final List<String> COLUMNS =
      List.of(
          "balancer",
          "member",
          "target",
          "state",
          "set",
          "route",
          "share",
          "running",
          "requests",
          "failures",
          "bytes",
          "last-error");

  private final Members members;

  /** Called by the component runtime. */
  @Activate
  public BalancersStatus(@Reference Members members) {
    this.members = members;
  }

  @Override
  public Table table(List<String> arguments) {
    List<List<Object>> rows = new ArrayList<>();
    members
        .all()
        .forEach(
            (balancer, list) -> {
              if (arguments.isEmpty() || arguments.contains(balancer)) {
                list.forEach(member -> rows.add(row(balancer, member)));
              }
            });
    if (rows.isEmpty() && !arguments.isEmpty()) {
      throw new IllegalArgumentException(
          "no balancer " + String.join(", ", arguments) + "; there are " + members.all().keySet());
    }
    return new Table(COLUMNS, rows);
  }

  static List<Object> row(String balancer, Member member) {
    MemberConfig config = member.config();
    return Arrays.asList(
        balancer,
        member.name,
        config.target().address() + config.target().path(),
        member.state(),
        config.set(),
        config.route(),
        member.weight() / 100.0,
        member.running(),
        member.requests(),
        member.failures.sum(),
        member.bytes(),
        member.lastError());
  }
}
