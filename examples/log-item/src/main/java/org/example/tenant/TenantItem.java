package org.example.tenant;

import org.osgi.service.component.annotations.Component;
import org.sluice.log.api.LogItem;
import org.sluice.log.api.LogValue;
import org.sluice.log.api.SluiceLogItem;

/**
 * {@code %(tenant)}: first label of the host name; {@code %{X-Tenant}(tenant)} of a field instead.
 */
@Component
@SluiceLogItem("tenant")
public final class TenantItem implements LogItem {
  /** Called once per format; what it returns is called on event loops and must not block. */
  @Override
  public LogValue value(String name, String argument) {
    String field = argument == null ? "Host" : argument;
    return (entry, out) -> {
      String host = entry.exchange().request().headers().get(field);
      int dot = host == null ? -1 : host.indexOf('.');
      out.bytes(dot < 0 ? host : host.substring(0, dot));
    };
  }
}
