package org.sluice.core.internal.front;

import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.config.FileCheck;
import org.sluice.core.internal.config.rules.Known;
import org.sluice.core.internal.registry.Registry;

/** What is there at the moment the configuration is read. */
record PresentPlugins(
    Set<String> schemes, Set<String> flushers, Set<String> dialects, BundleContext context)
    implements Known {
  private static final Logger LOG = LoggerFactory.getLogger(PresentPlugins.class);

  PresentPlugins(BundleContext context, Registry registry) {
    this(
        registry.names("org.sluice.api.handler.Handler"),
        registry.names("org.sluice.handoff.api.Flusher"),
        registry.names("org.sluice.handoff.api.Dialect"),
        context);
  }

  @Override
  public void check(
      String pid,
      Map<String, String> entries,
      BiConsumer<String, String> errors,
      BiConsumer<String, String> warnings) {
    try {
      for (ServiceReference<FileCheck> reference :
          context.getServiceReferences(FileCheck.class, "(" + FileCheck.PID + "=" + pid + ")")) {
        FileCheck check = context.getService(reference);
        if (check != null) {
          check.check(entries, errors, warnings);
          context.ungetService(reference);
        }
      }
    } catch (InvalidSyntaxException impossible) {
      throw new IllegalStateException(impossible);
    } catch (RuntimeException e) {
      // Somebody else's code must not keep the configuration from being read.
      LOG.error("the files of {} cannot be checked: {}", pid, e.toString(), e);
    }
  }
}
