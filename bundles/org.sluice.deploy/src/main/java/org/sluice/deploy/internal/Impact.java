package org.sluice.deploy.internal;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.felix.utils.manifest.Clause;
import org.apache.felix.utils.manifest.Parser;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.VersionRange;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.sluice.api.status.SluiceStatus;
import org.sluice.api.status.StatusSource;
import org.sluice.api.status.Table;

/**
 * {@code plugin impact JAR}: what copying a jar into {@code deploy/} would do, without doing it.
 */
@Component
@SluiceStatus("impact")
public final class Impact implements StatusSource {
  private final BundleContext context;

  /** For the framework that is asked. */
  @Activate
  public Impact(BundleContext context) {
    this.context = context;
  }

  @Override
  public Table table(List<String> arguments) {
    if (arguments.size() != 1) {
      throw new IllegalArgumentException("usage: plugin impact JAR");
    }
    File file = new File(arguments.get(0));
    if (!file.exists()) {
      throw new IllegalArgumentException(
          file + ": no such file; the front looks for it, a relative path starts from its base");
    }
    JarIdentity jar;
    try {
      jar = JarIdentity.of(file);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
    }
    if (jar == null) {
      throw new IllegalArgumentException(file + " is no bundle: it has no Bundle-SymbolicName");
    }
    List<List<Object>> rows = new ArrayList<>();
    verdict(jar, file, rows);
    missingImports(jar, rows);
    return new Table(List.of("effect", "bundle", "why"), rows);
  }

  private void verdict(JarIdentity jar, File file, List<List<Object>> rows) {
    Bundle same = jar.installed(context);
    if (same != null && !isDeployed(same)) {
      rows.add(List.of("refused", jar.toString(), "a stock bundle has this name and version"));
      return;
    }
    if (Singles.inTheWayOf(jar, context) != null) {
      rows.add(List.of("refused", jar.toString(), Singles.INSTEAD));
      return;
    }
    String host = jar.headers().getValue(Constants.FRAGMENT_HOST);
    Bundle replaced = same != null ? same : deployedAs(file.getName());
    if (replaced != null) {
      String location = replaced.getLocation();
      String deployed = location.substring(location.lastIndexOf('/') + 1);
      rows.add(
          List.of(
              "update",
              name(replaced),
              deployed.equals(file.getName())
                  ? "deployed before"
                  : "deployed before as "
                      + deployed
                      + "; a second file waits until that has gone"));
      refreshed(replaced, rows);
    } else if (host != null) {
      String hostName = Parser.parseHeader(host)[0].getName();
      for (Bundle bundle : context.getBundles()) {
        if (hostName.equals(bundle.getSymbolicName())) {
          rows.add(
              List.of("attach", name(bundle), "host of the fragment; takes effect at a refresh"));
        }
      }
    } else {
      rows.add(List.of("install", jar.toString(), "beside what is there; refreshes nothing"));
    }
  }

  private boolean isDeployed(Bundle bundle) {
    return bundle.getLocation().contains("/deploy/");
  }

  private Bundle deployedAs(String fileName) {
    for (Bundle bundle : context.getBundles()) {
      if (isDeployed(bundle) && bundle.getLocation().endsWith("/" + fileName)) {
        return bundle;
      }
    }
    return null;
  }

  private void refreshed(Bundle replaced, List<List<Object>> rows) {
    Collection<Bundle> closure = wiring().getDependencyClosure(List.of(replaced));
    for (Bundle bundle : closure) {
      if (bundle != replaced) {
        rows.add(List.of("refresh", name(bundle), "wired to " + replaced.getSymbolicName()));
      }
    }
  }

  private void missingImports(JarIdentity jar, List<List<Object>> rows) {
    String header = jar.headers().getValue(Constants.IMPORT_PACKAGE);
    for (Clause clause : header == null ? new Clause[0] : Parser.parseHeader(header)) {
      String resolution = clause.getDirective(Constants.RESOLUTION_DIRECTIVE);
      if (!Constants.RESOLUTION_OPTIONAL.equals(resolution) && !isExported(clause, jar)) {
        rows.add(
            List.of(
                "unresolved",
                jar.toString(),
                "nobody exports " + clause.getName() + range(clause)));
      }
    }
  }

  private static String range(Clause clause) {
    String version = clause.getAttribute(Constants.VERSION_ATTRIBUTE);
    return version == null ? "" : " " + version;
  }

  private boolean isExported(Clause wanted, JarIdentity jar) {
    String header = jar.headers().getValue(Constants.EXPORT_PACKAGE);
    for (Clause own : header == null ? new Clause[0] : Parser.parseHeader(header)) {
      if (own.getName().equals(wanted.getName())) {
        return true;
      }
    }
    String version = wanted.getAttribute(Constants.VERSION_ATTRIBUTE);
    VersionRange range = version == null ? null : new VersionRange(version);
    for (Bundle bundle : context.getBundles()) {
      BundleRevision revision = bundle.adapt(BundleRevision.class);
      if (revision != null && exports(revision, wanted.getName(), range)) {
        return true;
      }
    }
    return false;
  }

  private static boolean exports(BundleRevision revision, String name, VersionRange range) {
    for (BundleCapability capability :
        revision.getDeclaredCapabilities(BundleRevision.PACKAGE_NAMESPACE)) {
      Object version = capability.getAttributes().get(Constants.VERSION_ATTRIBUTE);
      if (name.equals(capability.getAttributes().get(BundleRevision.PACKAGE_NAMESPACE))
          && (range == null || range.includes((org.osgi.framework.Version) version))) {
        return true;
      }
    }
    return false;
  }

  private FrameworkWiring wiring() {
    return context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
  }

  private static String name(Bundle bundle) {
    return bundle.getSymbolicName() + "/" + bundle.getVersion();
  }
}
