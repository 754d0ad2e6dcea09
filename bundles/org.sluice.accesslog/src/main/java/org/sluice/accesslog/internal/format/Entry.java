package org.sluice.accesslog.internal.format;

import org.sluice.api.http.Attributes;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Outcome;
import org.sluice.log.api.LogEntry;

/** What a line is about; filled anew for each exchange, so that none is made per request. */
public final class Entry implements LogEntry {
  private static final int MAX_REDIRECTS = 20;

  private Exchange first;
  private Exchange last;
  private Outcome outcome;
  private boolean atLast;
  private long endMicros;

  /** Turns to an exchange that has ended now. */
  public void begin(Exchange exchange, Outcome how, long nowMicros) {
    first = exchange;
    last = null;
    outcome = how;
    endMicros = nowMicros;
  }

  /** Lets go of everything. */
  public void clear() {
    first = null;
    last = null;
    outcome = null;
  }

  /** Looks at the exchange that the client asked for. */
  public void toFirst() {
    atLast = false;
  }

  void side(boolean toLast) {
    atLast = toLast;
  }

  @Override
  public Exchange exchange() {
    return atLast ? last() : first;
  }

  private Exchange last() {
    if (last == null) {
      last = first;
      for (int i = 0; i < MAX_REDIRECTS; i++) {
        if (!(last.attribute(Attributes.REDIRECTED_TO) instanceof Exchange next) || next == last) {
          break;
        }
        last = next;
      }
    }
    return last;
  }

  @Override
  public Exchange first() {
    return first;
  }

  @Override
  public Outcome outcome() {
    return outcome;
  }

  @Override
  public int status() {
    return outcome.status();
  }

  /** A redirect inside the front begins with an answer of 200 that nobody sees. */
  @Override
  public int ownStatus() {
    if (atLast || first.failure() != null) {
      return outcome.status();
    }
    return first.attribute(Attributes.REDIRECTED_TO) == null ? outcome.status() : 200;
  }

  @Override
  public long beginMicros() {
    return endMicros - outcome.nanos() / 1000;
  }

  @Override
  public long endMicros() {
    return endMicros;
  }
}
