package org.sluice.core.internal.front;

import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.sluice.api.engine.Engine;

/**
 * Starts the core when an engine is there. Everything else is plain objects, wired in {@link Core}.
 */
@Component(
    immediate = true,
    service = {})
public final class FrontComponent {
  private final Core core;

  /** Wires and starts the core; opens nothing on the calling thread. */
  @Activate
  public FrontComponent(BundleContext context, @Reference Engine engine) {
    core = new Core(context, engine);
    core.start();
  }

  @Deactivate
  void deactivate() {
    core.stop();
  }
}
