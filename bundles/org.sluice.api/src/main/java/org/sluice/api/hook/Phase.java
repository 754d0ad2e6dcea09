package org.sluice.api.hook;

/** The phases of an exchange in their order; names in lower case are the property's values. */
public enum Phase {
  /** The head was read; nothing is decided. Subrequests skip it. */
  RECEIVED,
  /**
   * The site is known, the route is not: {@link org.sluice.api.http.Exchange#rewrite} is for here.
   */
  TRANSLATE,
  /** The route is known: may this client ask at all? */
  ACCESS,
  /** Who asks? */
  IDENTIFY,
  /** May that user ask? */
  AUTHORIZE,
  /** Last changes before the handler, such as response filters. */
  PREPARE,
  /**
   * The client's exchange has ended; all are called, verdicts are ignored. Subrequests and
   * redirected exchanges skip it, so that a request is logged once.
   */
  DONE
}
