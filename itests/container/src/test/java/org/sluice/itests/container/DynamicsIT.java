package org.sluice.itests.container;

import static org.junit.Assert.assertEquals;

import java.util.Dictionary;
import java.util.Hashtable;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.sluice.api.handler.Handler;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.handoff.api.Flusher;
import org.sluice.handoff.api.Preamble;

/** Plug-ins come, change their ranking, and go; each change shows in the next answer. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class DynamicsIT {
  private static final String BY = "X-By";

  @Inject private BundleContext context;

  /** Everything. */
  @Configuration
  public Option[] everything() {
    return Packaged.all("dynamics");
  }

  private static Dictionary<String, Object> properties(String property, Object names, int ranking) {
    Dictionary<String, Object> properties = new Hashtable<>();
    properties.put(property, names);
    properties.put(Constants.SERVICE_RANKING, ranking);
    return properties;
  }

  private static Dictionary<String, Object> flusher(int ranking) {
    return properties("sluice.flusher", "probe", ranking);
  }

  private ServiceRegistration<?> flusher(String by, int ranking) {
    Flusher flusher = (exchange, options) -> Preamble.head(200).header(BY, by);
    return context.registerService(Flusher.class, flusher, flusher(ranking));
  }

  private static Dictionary<String, Object> handler(int ranking) {
    return properties("sluice.scheme", new String[] {"probe", "other"}, ranking);
  }

  private ServiceRegistration<?> handler(String by, int ranking) {
    Handler handler =
        (exchange, options) -> exchange.respond(Response.of(204).withHeaders(Headers.of(BY, by)));
    return context.registerService(Handler.class, handler, handler(ranking));
  }

  @Test
  public void flushers() throws Exception {
    Inside inside = new Inside(context);
    assertEquals(500, inside.status("HEAD", "/fd/probe"));

    ServiceRegistration<?> a = flusher("a", 0);
    assertEquals("a", inside.ask("HEAD", "/fd/probe").getHeaderField(BY));
    ServiceRegistration<?> b = flusher("b", 5);
    assertEquals("b", inside.ask("HEAD", "/fd/probe").getHeaderField(BY));
    a.setProperties(flusher(10));
    assertEquals("a", inside.ask("HEAD", "/fd/probe").getHeaderField(BY));
    a.setProperties(flusher(-10));
    assertEquals("b", inside.ask("HEAD", "/fd/probe").getHeaderField(BY));
    b.unregister();
    assertEquals("a", inside.ask("HEAD", "/fd/probe").getHeaderField(BY));
    a.unregister();
    assertEquals(500, inside.status("HEAD", "/fd/probe"));
  }

  @Test
  public void handlers() throws Exception {
    Inside inside = new Inside(context);
    assertEquals(503, inside.status("GET", "/scheme"));

    ServiceRegistration<?> a = handler("a", 0);
    assertEquals("a", inside.ask("GET", "/scheme").getHeaderField(BY));
    ServiceRegistration<?> b = handler("b", 1000);
    assertEquals("b", inside.ask("GET", "/scheme").getHeaderField(BY));
    b.setProperties(handler(-1));
    assertEquals("a", inside.ask("GET", "/scheme").getHeaderField(BY));
    b.setProperties(properties("sluice.scheme", "third", 1000));
    a.unregister();
    assertEquals(503, inside.status("GET", "/scheme"));
    b.unregister();
  }

  /** What names itself wrongly is refused, and does not disturb the others. */
  @Test
  public void nameless() throws Exception {
    Inside inside = new Inside(context);
    Flusher flusher = (exchange, options) -> Preamble.none();
    ServiceRegistration<?> wrong =
        context.registerService(
            Flusher.class, flusher, properties("sluice.flasher", "probe", 10_000));
    assertEquals(500, inside.status("HEAD", "/fd/probe"));
    assertEquals(200, inside.status("HEAD", "/fd"));
    wrong.setProperties(flusher(0));
    // Now it has a name; raw with classic cannot answer HEAD.
    assertEquals(501, inside.status("HEAD", "/fd/probe"));
    wrong.unregister();
  }
}
