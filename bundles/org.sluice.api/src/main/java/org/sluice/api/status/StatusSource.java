package org.sluice.api.status;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A part of the status snapshot, published with {@link SluiceStatus}. The shell prints it as a
 * table or as JSON under the source's name.
 */
@ConsumerType
public interface StatusSource {

  /**
   * The state now. Called on a shell thread; must be quick and must not disturb traffic.
   *
   * @param arguments what the operator typed behind the name; empty for the plain table
   * @throws IllegalArgumentException if the arguments make no sense; the message is shown
   */
  Table table(List<String> arguments);
}
