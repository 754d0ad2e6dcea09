package org.sluice.itests.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
import org.osgi.framework.Constants;

/** Whatever the order in which bundles start, the same services come of it. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class StartOrderIT {
  private static final List<String> EXPECTED =
      List.of(
          "sluice.dialect classic org.sluice.fdpass",
          "sluice.dialect datagram org.sluice.fdpass",
          "sluice.dialect json org.sluice.fdpass",
          "sluice.dialect scgi org.sluice.fdpass",
          "sluice.dialect sluice org.sluice.fdpass",
          "sluice.flusher flush org.sluice.flush.head",
          "sluice.flusher opening org.sluice.flush.opening",
          "sluice.flusher raw org.sluice.flush.raw",
          "sluice.scheme balancer org.sluice.backend",
          "sluice.scheme cgi org.sluice.cgi",
          "sluice.scheme fd org.sluice.fdpass",
          "sluice.scheme file org.sluice.files",
          "sluice.scheme http,unix org.sluice.backend",
          "sluice.scheme redirect org.sluice.core",
          "sluice.scheme scgi org.sluice.cgi",
          "sluice.scheme status org.sluice.core");

  @Inject private BundleContext context;

  /** As packaged. */
  @Configuration
  public Option[] byName() {
    return Packaged.all("start-order");
  }

  /** Backwards. */
  @Configuration
  public Option[] backwards() {
    return Packaged.with(
        "start-order",
        jars -> {
          List<java.nio.file.Path> turned = new ArrayList<>(jars);
          Collections.reverse(turned);
          return turned;
        });
  }

  /** The second half first. */
  @Configuration
  public Option[] rotated() {
    return Packaged.with(
        "start-order",
        jars -> {
          List<java.nio.file.Path> turned = new ArrayList<>(jars);
          Collections.rotate(turned, jars.size() / 2);
          return turned;
        });
  }

  @Test
  public void sameServicesAndSameAnswers() throws Exception {
    Inside inside = new Inside(context);
    Inside.await(
        () -> inside.plugins().stream().filter(p -> !p.startsWith("sluice.status")).toList(),
        EXPECTED::equals,
        "the plug-ins " + EXPECTED);
    assertEquals(200, inside.status("GET", "/fixed"));
    assertEquals(200, inside.status("HEAD", "/fd"));
    assertEquals(503, inside.status("GET", "/fd"));
    assertEquals(500, inside.status("HEAD", "/fd/probe"));
    assertEquals(503, inside.status("GET", "/scheme"));
  }

  @Test
  public void everyBundleRuns() throws Exception {
    new Inside(context);
    for (Bundle bundle : context.getBundles()) {
      boolean fragment = bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null;
      int wanted = fragment ? Bundle.RESOLVED : Bundle.ACTIVE;
      // Natives of the other architecture never resolve here.
      boolean foreign = fragment && bundle.getState() == Bundle.INSTALLED;
      assertTrue(
          bundle + " is in state " + bundle.getState(),
          foreign || Inside.await(bundle::getState, s -> s == wanted, bundle + " runs") == wanted);
    }
  }
}
