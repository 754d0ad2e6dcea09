package org.sluice.api.hook;

import java.util.concurrent.CompletionStage;

/** What a hook decides. Immutable. */
public final class Verdict {
  /** Go on with the next hook. */
  public static final Verdict NEXT = new Verdict(0, null);

  /** The hook has answered the exchange itself. */
  public static final Verdict ANSWERED = new Verdict(-1, null);

  private final int status;
  private final CompletionStage<Verdict> later;

  private Verdict(int status, CompletionStage<Verdict> later) {
    this.status = status;
    this.later = later;
  }

  /** Stop and answer with that status, 300 to 599. */
  public static Verdict status(int status) {
    if (status < 300 || status > 599) {
      throw new IllegalArgumentException("status must be 300 to 599: " + status);
    }
    return new Verdict(status, null);
  }

  /** Decide later; the exchange waits. A stage that fails is a 500. */
  public static Verdict later(CompletionStage<Verdict> stage) {
    return new Verdict(0, stage);
  }

  /** The status that stops the exchange, or 0. */
  public int status() {
    return status;
  }

  /** The pending decision, or null. */
  public CompletionStage<Verdict> later() {
    return later;
  }
}
