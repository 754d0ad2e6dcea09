package org.sluice.core.internal.registry;

import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/**
 * A service that wanted to be a plug-in and cannot be, with the reason; shown in the status
 * snapshot.
 */
record RefusedPlugin(String kind, String names, String origin, String reason) {

  static RefusedPlugin of(Kind kind, ServiceReference<?> reference, String reason) {
    Bundle bundle = reference.getBundle();
    return new RefusedPlugin(
        kind.name(),
        String.join(",", PluginKey.names(reference.getProperty(kind.property()))),
        bundle == null ? "?" : bundle.getSymbolicName() + "/" + bundle.getVersion(),
        reason);
  }
}
