package org.sluice.receiver.internal;

import org.sluice.receiver.HandOff;

/** A hand-off on its way to the application, as the receiver sees it. */
public interface Arrival extends HandOff {
  /** The client, whether the application has taken it or not. */
  OwnedSocket client();

  /** Whether the application has taken the client. */
  boolean isAccepted();

  /** The application does not want it: the client is reset, or goes back where that is possible. */
  void decline();

  /** The application's call is over: the client cannot be taken any more, its place is free. */
  void over();
}
