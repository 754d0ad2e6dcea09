package org.sluice.api.hook;

import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.sluice.api.http.Headers;

/** What a hook decides. Immutable. */
public final class Verdict {
  /** Go on with the next hook. */
  public static final Verdict NEXT = new Verdict(0, Headers.empty(), null);

  /**
   * The hook has answered the exchange itself: {@link org.sluice.api.http.Exchange#answered} is
   * true when the verdict is given, else the exchange fails with 500. A hook that answers later
   * gives {@link #later} with a stage that completes with this once it has answered.
   */
  public static final Verdict ANSWERED = new Verdict(-1, Headers.empty(), null);

  private final int status;
  private final Headers headers;
  private final CompletionStage<Verdict> later;

  private Verdict(int status, Headers headers, CompletionStage<Verdict> later) {
    this.status = status;
    this.headers = headers;
    this.later = later;
  }

  /** Stop and answer with that status, 300 to 599. */
  public static Verdict status(int status) {
    return status(status, Headers.empty());
  }

  /**
   * Stop and answer with that status, 300 to 599, and these fields: {@code WWW-Authenticate} with
   * 401, {@code Location} with 302. From 400 on the client gets the error page of the status.
   */
  public static Verdict status(int status, Headers headers) {
    if (status < 300 || status > 599) {
      throw new IllegalArgumentException("status must be 300 to 599: " + status);
    }
    return new Verdict(status, Objects.requireNonNull(headers, "headers"), null);
  }

  /**
   * Decide later; the exchange waits without a thread, and no later hook sees it meanwhile. A stage
   * that fails is a 500, or the status of a {@link org.sluice.api.http.HandlerException}.
   */
  public static Verdict later(CompletionStage<Verdict> stage) {
    return new Verdict(0, Headers.empty(), Objects.requireNonNull(stage, "stage"));
  }

  /** The status that stops the exchange; 0 for none, negative when the hook has answered. */
  public int status() {
    return status;
  }

  /** Fields of the answer; never null. */
  public Headers headers() {
    return headers;
  }

  /** The pending decision, or null. */
  public CompletionStage<Verdict> later() {
    return later;
  }
}
