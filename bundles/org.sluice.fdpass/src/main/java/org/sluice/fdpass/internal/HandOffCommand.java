package org.sluice.fdpass.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.api.status.SluiceStatus;
import org.sluice.api.status.StatusSource;
import org.sluice.api.status.Table;

/**
 * The command {@code handoff trace ROUTE [COUNT]}: waits for the next hand-offs of a route, at most
 * ten seconds, and prints each step with its time.
 */
@Component(service = StatusSource.class)
@SluiceStatus("handoff")
public final class HandOffCommand implements StatusSource {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);
  private static final int MOST = 20;

  private final HandOffState state;

  /** Called by the component runtime. */
  @Activate
  public HandOffCommand(@Reference HandOffState state) {
    this.state = state;
  }

  @Override
  public Table table(List<String> arguments) {
    if (arguments.size() < 2 || arguments.size() > 3 || !arguments.get(0).equals("trace")) {
      throw new IllegalArgumentException("usage: handoff trace ROUTE [COUNT]");
    }
    Collection<Tally> tallies = state.tallies(arguments.get(1));
    if (tallies.isEmpty()) {
      throw new IllegalArgumentException(
          "route '" + arguments.get(1) + "' has handed nobody over yet; 'handoffs' lists routes");
    }
    Trace trace = new Trace(arguments.size() == 3 ? count(arguments.get(2)) : 1);
    tallies.forEach(tally -> tally.trace = trace);
    List<Trace.Step> steps;
    try {
      steps = trace.await(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      steps = List.of();
    } finally {
      tallies.forEach(tally -> tally.trace = null);
    }
    List<List<Object>> rows = new ArrayList<>();
    steps.forEach(step -> rows.add(List.of(step.exchange(), step.micros(), step.text())));
    return new Table(List.of("exchange", "us", "step"), rows);
  }

  private static int count(String text) {
    try {
      int count = Integer.parseInt(text);
      if (count >= 1 && count <= MOST) {
        return count;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException("COUNT is a number from 1 to " + MOST + ": " + text);
  }
}
