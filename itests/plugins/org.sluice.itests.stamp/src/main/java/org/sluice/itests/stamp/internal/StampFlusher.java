package org.sluice.itests.stamp.internal;

import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.sluice.api.config.Options;
import org.sluice.api.http.Exchange;
import org.sluice.handoff.api.Flusher;
import org.sluice.handoff.api.Preamble;
import org.sluice.handoff.api.SluiceFlusher;

/**
 * A flusher that tells in {@code X-Stamp} which bundle, version and ranking served, and that fails
 * when the client asks for it. Tests repack its jar under other names, versions and rankings.
 */
@Component
@SluiceFlusher("stamp")
@ServiceRanking(0)
public final class StampFlusher implements Flusher {
  private final String stamp;

  /** Called by the component runtime. */
  @Activate
  public StampFlusher(BundleContext context, Map<String, Object> properties) {
    Bundle own = context.getBundle();
    stamp =
        own.getSymbolicName()
            + "/"
            + own.getVersion()
            + "/"
            + properties.get(Constants.SERVICE_RANKING);
  }

  @Override
  public Preamble preamble(Exchange exchange, Options options) {
    if (exchange.request().headers().contains("X-Fail")) {
      throw new IllegalStateException("told to fail");
    }
    return Preamble.head(200).header("X-Stamp", stamp);
  }
}
