package org.sluice.itests.gate.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.osgi.service.component.annotations.Component;
import org.sluice.api.config.Options;
import org.sluice.api.hook.Hook;
import org.sluice.api.hook.SluiceHook;
import org.sluice.api.hook.Verdict;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Exchange;

/**
 * Takes the address (in digits) of {@code X-Client-Address} for the client's, or the name in {@code
 * X-Client-Name}, as a hook does that knows which peers to trust.
 */
@Component
@SluiceHook(phase = "received", name = "named-client")
public final class NamedClientHook implements Hook {
  @Override
  public Verdict call(Exchange exchange, Options options) {
    String address = exchange.request().headers().get("X-Client-Address");
    if (address != null) {
      exchange.attribute(Attributes.CLIENT_ADDRESS, new InetSocketAddress(parse(address), 0));
    }
    String name = exchange.request().headers().get("X-Client-Name");
    if (name != null) {
      exchange.attribute(Attributes.CLIENT_ADDRESS, name);
    }
    return Verdict.NEXT;
  }

  private static InetAddress parse(String digits) {
    try {
      return InetAddress.getByName(digits);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(digits, e);
    }
  }
}
