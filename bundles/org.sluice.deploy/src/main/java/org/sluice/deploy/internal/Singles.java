package org.sluice.deploy.internal;

import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/**
 * Stock bundles that cannot have another version beside them: two of them would fight for the same
 * listeners, start every component twice, or split the plug-ins between two contracts.
 */
final class Singles {
  private static final Set<String> NAMES =
      Set.of(
          "org.apache.felix.configadmin",
          "org.apache.felix.fileinstall",
          "org.apache.felix.scr",
          "org.sluice.core",
          "org.sluice.deploy",
          "org.sluice.junixsocket",
          "org.sluice.server",
          "org.sluice.slf4j");

  /** What to do instead of copying such a jar into {@code deploy/}. */
  static final String INSTEAD =
      "it cannot stand beside the stock one: replace the jar in bundles/ of the distribution, and"
          + " restart";

  private Singles() {}

  /** Whether there can be only one bundle of the name; contracts are such. */
  static boolean isOne(String symbolicName) {
    return NAMES.contains(symbolicName)
        || symbolicName.equals("org.sluice.api")
        || (symbolicName.startsWith("org.sluice.") && symbolicName.endsWith(".api"));
  }

  /** The stock bundle in the way of the jar, or null. */
  static Bundle inTheWayOf(JarIdentity jar, BundleContext context) {
    if (!isOne(jar.symbolicName())) {
      return null;
    }
    for (Bundle bundle : context.getBundles()) {
      if (jar.symbolicName().equals(bundle.getSymbolicName())
          && bundle.getLocation().startsWith("reference:")) {
        return bundle;
      }
    }
    return null;
  }
}
