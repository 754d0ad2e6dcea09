package org.sluice.api.http;

/**
 * Names of the attributes that bundles exchange with one another through {@link
 * Exchange#attribute(String)}. Each is absent until the bundle that knows it sets it.
 */
public final class Attributes {
  /**
   * {@link java.net.InetSocketAddress}: the client on whose behalf a trusted proxy asks; a {@link
   * String} if the proxy gave it only a name (RFC 7239 section 6.3). Set by a hook that knows which
   * peers to trust; logs then tell it instead of the connection's peer.
   */
  public static final String CLIENT_ADDRESS = "client.address";

  /** {@link String}: the user whom a hook of phase {@code identify} verified (REMOTE_USER). */
  public static final String USER = "auth.user";

  /**
   * {@link String}: the user whom the client claims to be, verified or not; for logs only, which
   * show it where there is no {@link #USER}. Set by a hook that asks for credentials.
   */
  public static final String CLAIMED_USER = "auth.claimed";

  /** {@link String}: the scheme that verified the user, such as {@code Basic} (AUTH_TYPE). */
  public static final String AUTH_TYPE = "auth.type";

  /**
   * {@link String}: value of {@code traceparent} for the next process (W3C Trace Context). Never
   * absent in the front: the core makes it when it is asked for, from the client's field if that is
   * valid, and a subrequest has its parent's. A {@code tracestate} of the client belongs to it only
   * if both have the same trace id.
   */
  public static final String TRACEPARENT = "trace.parent";

  /**
   * {@link FileFacts}: the file that answers; set by the {@code file:} and {@code cgi:} handler.
   */
  public static final String FILE = "file.facts";

  /**
   * {@code CompletableFuture<FileFacts>}: the caller of a subrequest wants to know the file, not
   * its content. Hooks run; the {@code file:} and {@code cgi:} handlers complete the future and
   * answer 204 without a body, or fail as they would fail otherwise.
   */
  public static final String LOOKUP = "file.lookup";

  /**
   * {@code BiPredicate<FileFacts, Headers>}: which files, sent with which fields, a filter of this
   * exchange rewrites; set by whoever adds it, before the handler. The {@code file:} handler gives
   * such a file whole and as it is: no ranges, no compressed sibling, no conditions, because they
   * would speak of the source. Its validators are the filter's to keep or to remove.
   */
  public static final String WHOLE_FILE = "file.whole";

  /**
   * {@link String}: what a hand-off came to, such as {@code given}, {@code leased}, {@code
   * refused}.
   */
  public static final String HANDOFF_OUTCOME = "handoff.outcome";

  /** {@link String}: name of the receiver that got the client's socket. */
  public static final String HANDOFF_RECEIVER = "handoff.receiver";

  /** {@link String}: dialect of the hand-off. */
  public static final String HANDOFF_DIALECT = "handoff.dialect";

  /** {@link Long}: nanoseconds from asking a backend, program or receiver to its first answer. */
  public static final String UPSTREAM_FIRST = "upstream.first-nanos";

  /** {@link Long}: nanoseconds from asking a backend, program or receiver to its end. */
  public static final String UPSTREAM_TOTAL = "upstream.total-nanos";

  /** {@link String}: the backend, program or receiver that was asked, for the log. */
  public static final String UPSTREAM = "upstream.name";

  /**
   * {@link Exchange}: on an internally redirected exchange, the one that was redirected; on an
   * error page's exchange, the one that failed.
   */
  public static final String REDIRECTED_FROM = "redirect.from";

  /**
   * {@link Exchange}: on a redirected exchange, the one that runs in its place and answers; what
   * handlers find out (file, upstream, hand-off, user) is there.
   */
  public static final String REDIRECTED_TO = "redirect.to";

  /** {@link Integer}: on an error page's exchange, the status that the client gets. */
  public static final String ERROR_STATUS = "error.status";

  /**
   * {@code Map<String, String>}: on a subrequest of a page, a copy of the page's variables for the
   * environment of a program; one byte per character, names as the page wrote them.
   */
  public static final String VARIABLES = "ssi.variables";

  /**
   * {@code byte[]}: on a subrequest with method {@code POST}, its content: the page's own, which
   * was kept. Its {@code Content-Type} is the page's.
   */
  public static final String KEPT_BODY = "request.kept-body";

  /**
   * {@link Boolean#TRUE}: the front's log has a line about this exchange or one of its subrequests,
   * at a level that is written by default. Set by {@link Exchange#describeFailure()}.
   */
  public static final String TOLD = "log.told";

  private Attributes() {}
}
