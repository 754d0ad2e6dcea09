package org.sluice.backend.internal;

import java.util.List;
import org.sluice.api.http.HandlerException;

/** Which backend a request goes to, and to which next after a failure. Used on one event loop. */
interface Plan {

  /** How an attempt failed. */
  enum Fault {
    /** No connection. */
    CONNECT,
    /** No response in time. */
    TIMEOUT,
    /** The connection broke, or what came is no response. */
    BROKEN
  }

  /** Who waits for a hop. */
  interface Waiting {
    /** Go there; called once for each {@link Plan#next}, now or later, on the loop. */
    void go(Hop hop);

    /** There is none. */
    void none(HandlerException failure);
  }

  /** Asks for the next hop. */
  void next(Waiting waiting);

  /** Whether another hop may be tried after a failure. */
  boolean hasMore();

  /** The hop failed. */
  void failed(Hop hop, Fault fault, String reason);

  /** The hop answered. */
  void answered(Hop hop, int status);

  /** The attempt with the hop is over, with these bytes in both directions. */
  void ended(Hop hop, long bytes);

  /** All hops whose URLs may stand in a response of one of them. */
  default List<Hop> hops(Hop answering) {
    return List.of(answering);
  }

  /** Field {@code Set-Cookie} for the client, or null. */
  default String cookie(Hop hop) {
    return null;
  }
}
