package org.sluice.backend.api;

import java.util.concurrent.atomic.AtomicLong;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A member of a balancer as a {@link BalancerMethod} sees it. Thread-safe; all figures are live.
 */
@ProviderType
public interface BalancerMember {

  /** NAME of {@code etc/org.sluice.member~NAME.cfg}; never null. */
  String name();

  /**
   * Share of the load in hundredths of {@code loadfactor} (100 to 10,000); less while the member
   * starts slowly, at least 1.
   */
  int weight();

  /** Requests that the member is working on now. */
  int running();

  /** Requests it was chosen for since it came, attempts that failed included. */
  long requests();

  /** Bytes sent to it and received from it since it came, heads and bodies without framing. */
  long bytes();

  /**
   * A number at the method's disposal, 0 when the member comes or the method changes. Every method
   * of the balancer shares it.
   */
  AtomicLong score();
}
