package org.sluice.backend.internal;

import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.api.status.SluiceStatus;
import org.sluice.api.status.StatusSource;
import org.sluice.api.status.Table;

/**
 * The command {@code member disable|enable|drain NAME}, which answers with the member's rows. What
 * it says holds until the front ends or says otherwise; files are not written.
 */
@Component(service = StatusSource.class)
@SluiceStatus("member")
public final class MemberCommand implements StatusSource {
  private final Members members;

  /** Called by the component runtime. */
  @Activate
  public MemberCommand(@Reference Members members) {
    this.members = members;
  }

  @Override
  public Table table(List<String> arguments) {
    if (arguments.size() != 2) {
      throw new IllegalArgumentException("usage: member disable|enable|drain NAME");
    }
    Member member = members.named(arguments.get(1));
    if (member == null) {
      throw new IllegalArgumentException(
          "there is no member " + arguments.get(1) + "; there are " + members.names());
    }
    switch (arguments.get(0)) {
      case "disable" -> member.order(Member.Order.DISABLED);
      case "enable" -> member.order(Member.Order.ENABLED);
      case "drain" -> member.order(Member.Order.DRAINING);
      default ->
          throw new IllegalArgumentException(
              "what to do with a member is disable, enable or drain: " + arguments.get(0));
    }
    List<List<Object>> rows = new ArrayList<>();
    member.config().balancers().forEach(each -> rows.add(BalancersStatus.row(each, member)));
    return new Table(BalancersStatus.COLUMNS, rows);
  }
}
