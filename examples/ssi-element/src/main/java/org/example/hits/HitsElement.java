package org.example.hits;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.service.component.annotations.Component;
import org.sluice.ssi.api.SluiceSsiElement;
import org.sluice.ssi.api.SsiContext;
import org.sluice.ssi.api.SsiElement;
import org.sluice.ssi.api.SsiException;

/** {@code <!--#hits counter="home" -->} prints how often it was rendered. */
@Component(service = SsiElement.class)
@SluiceSsiElement("hits")
public final class HitsElement implements SsiElement {
  private static final int MOST = 1000;

  private final ConcurrentMap<String, AtomicLong> counters = new ConcurrentHashMap<>();

  /** Called on a worker and only where output is visible; many pages at once. */
  @Override
  public void render(SsiContext page) throws SsiException {
    String counter = page.attribute("counter").orElseThrow(() -> page.error("hits needs counter="));
    String name = page.expand(counter);
    if (!counters.containsKey(name) && counters.size() >= MOST) {
      // A name may come from a client; memory must not.
      throw page.error("more than " + MOST + " counters");
    }
    long hits = counters.computeIfAbsent(name, any -> new AtomicLong()).incrementAndGet();
    page.write(page.escape(name) + ": " + hits);
  }
}
