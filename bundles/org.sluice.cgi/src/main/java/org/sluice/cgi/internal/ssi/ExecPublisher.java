package org.sluice.cgi.internal.ssi;

import java.util.Dictionary;
import java.util.Hashtable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.sluice.cgi.internal.CgiState;

/**
 * Publishes {@link ExecElement} as soon as the contract of pages can be loaded: at once, or when a
 * bundle comes that has it. As a component the element would be registered without its contract,
 * refused because its class cannot be loaded, and never looked at again. When the contract goes,
 * the framework refreshes this bundle.
 */
@Component(
    service = {},
    immediate = true)
public final class ExecPublisher implements BundleListener {
  private static final String CONTRACT = "org.sluice.ssi.api.SsiElement";

  private final BundleContext context;
  private final CgiState state;
  private ServiceRegistration<?> registration;
  private boolean over;

  /** Called by the component runtime. */
  @Activate
  public ExecPublisher(BundleContext context, @Reference CgiState state) {
    this.context = context;
    this.state = state;
    context.addBundleListener(this);
    publish();
  }

  @Override
  public void bundleChanged(BundleEvent event) {
    if (event.getType() == BundleEvent.RESOLVED) {
      publish();
    }
  }

  private synchronized void publish() {
    if (over || registration != null) {
      return;
    }
    try {
      context.getBundle().loadClass(CONTRACT);
    } catch (ClassNotFoundException e) {
      // Pages are not installed, or not yet.
      return;
    }
    Dictionary<String, Object> properties = new Hashtable<>();
    properties.put("sluice.ssi.element", "exec");
    registration = context.registerService(CONTRACT, new ExecElement(state), properties);
  }

  @Deactivate
  void close() {
    context.removeBundleListener(this);
    ServiceRegistration<?> last;
    synchronized (this) {
      over = true;
      last = registration;
    }
    if (last != null) {
      // Waits for pages that use it: outside the lock.
      last.unregister();
    }
  }
}
