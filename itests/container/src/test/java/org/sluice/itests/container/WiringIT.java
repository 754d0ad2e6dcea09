package org.sluice.itests.container;

import static org.junit.Assert.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;

/** Who imports from whom. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class WiringIT {
  /** What implementations may import from among our bundles: contracts and wrapped libraries. */
  private static final Set<String> CONTRACTS =
      Set.of(
          "org.sluice.api",
          "org.sluice.backend.api",
          "org.sluice.cgi.api",
          "org.sluice.handoff.api",
          "org.sluice.junixsocket",
          "org.sluice.log.api",
          "org.sluice.slf4j",
          "org.sluice.ssi.api");

  @Inject private BundleContext context;

  /** Everything. */
  @Configuration
  public Option[] everything() {
    return Packaged.all("wiring");
  }

  private List<Bundle> ours() {
    List<Bundle> ours = new ArrayList<>();
    for (Bundle bundle : context.getBundles()) {
      if (bundle.getSymbolicName() != null && bundle.getSymbolicName().startsWith("org.sluice.")) {
        ours.add(bundle);
      }
    }
    return ours;
  }

  @Test
  public void implementationsImportContractsOnly() throws Exception {
    new Inside(context);
    List<String> wrong = new ArrayList<>();
    for (Bundle bundle : ours()) {
      for (BundleWire wire :
          bundle.adapt(BundleWiring.class).getRequiredWires(BundleRevision.PACKAGE_NAMESPACE)) {
        String provider = wire.getProvider().getSymbolicName();
        if (provider.startsWith("org.sluice.") && !CONTRACTS.contains(provider)) {
          wrong.add(bundle.getSymbolicName() + " imports from " + provider);
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  public void noOptionalImportIsLeftUnresolved() throws Exception {
    new Inside(context);
    List<String> unresolved = new ArrayList<>();
    for (Bundle bundle : ours()) {
      BundleWiring wiring = bundle.adapt(BundleWiring.class);
      List<BundleWire> wires = wiring.getRequiredWires(BundleRevision.PACKAGE_NAMESPACE);
      for (BundleRequirement wanted :
          bundle
              .adapt(BundleRevision.class)
              .getDeclaredRequirements(BundleRevision.PACKAGE_NAMESPACE)) {
        boolean optional = "optional".equals(wanted.getDirectives().get("resolution"));
        if (optional && wires.stream().noneMatch(wire -> wire.getRequirement().equals(wanted))) {
          unresolved.add(bundle.getSymbolicName() + ": " + wanted.getDirectives().get("filter"));
        }
      }
    }
    // junixsocket's siblings (ssl, rmi, …) are optional on purpose and never there.
    unresolved.removeIf(each -> each.startsWith("org.sluice.junixsocket: "));
    assertEquals(List.of(), unresolved);
  }
}
