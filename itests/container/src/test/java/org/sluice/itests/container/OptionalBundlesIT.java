package org.sluice.itests.container;

import static org.junit.Assert.assertEquals;

import java.util.Arrays;
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

/** The front starts without any bundle that an operator may leave out, and says what is missing. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class OptionalBundlesIT {
  private static final String[] FLUSHERS = {
    "org.sluice.flush.head", "org.sluice.flush.raw", "org.sluice.flush.opening"
  };

  @Inject private BundleContext context;

  /** No hand-off. */
  @Configuration
  public Option[] withoutFdpass() {
    return Packaged.without("without-fdpass", "org.sluice.fdpass");
  }

  /** No flushers. */
  @Configuration
  public Option[] withoutFlushers() {
    return Packaged.without("without-flushers", FLUSHERS);
  }

  /** No guards. */
  @Configuration
  public Option[] withoutAccess() {
    return Packaged.without("without-access", "org.sluice.access");
  }

  /** No shell. */
  @Configuration
  public Option[] withoutShell() {
    return Packaged.without("without-shell", "org.sluice.shell");
  }

  /** No protection of deploy/. */
  @Configuration
  public Option[] withoutDeploy() {
    return Packaged.without("without-deploy", "org.sluice.deploy");
  }

  private boolean present(String symbolicName) {
    return Arrays.stream(context.getBundles())
        .anyMatch(
            each ->
                symbolicName.equals(each.getSymbolicName()) && each.getState() == Bundle.ACTIVE);
  }

  @Test
  public void theFrontServesWhatIsThere() throws Exception {
    Inside inside = new Inside(context);
    int expected = !present("org.sluice.fdpass") ? 503 : !present(FLUSHERS[0]) ? 500 : 200;
    assertEquals(200, inside.status("GET", "/fixed"));
    assertEquals(expected, inside.status("HEAD", "/fd"));
    assertEquals(404, inside.status("GET", "/nowhere"));
    int guarded = present("org.sluice.access") ? 200 : 503;
    assertEquals(guarded, inside.status("GET", "/fixed/guarded"));
  }
}
