package org.sluice.api.http;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.osgi.annotation.versioning.ProviderType;
import org.sluice.api.route.Match;
import org.sluice.api.route.Site;

/**
 * One request and its response, with attributes, route and connection.
 *
 * <p><b>Answer.</b> A handler ends the exchange by exactly one of {@link #respond}, {@link #fail},
 * {@link #abort}, {@link #upgrade}, {@link #redirect} or by taking the client's socket ({@link
 * #capability}). It may do so on any thread, now or later, also before the request body was read. A
 * second answer throws {@link IllegalStateException}.
 *
 * <p><b>Threads.</b> Hooks and handlers are called on the connection's event loop and must not
 * block; {@link #workers()} is for what does. State of the exchange is safe to use from the thread
 * that currently works on it; hand-overs between threads need the usual happens-before, which every
 * method here that takes or returns a stage gives.
 */
@ProviderType
public interface Exchange {

  /** Identifier of the exchange, unique while the front runs; for logs and error pages. */
  String id();

  /** The request; never null. */
  Request request();

  /** The client's connection; never null. */
  Connection connection();

  /** The site chosen by listener and Host, or null before the request was routed. */
  Site site();

  /**
   * The route that matched and what of the path it left; null before routing or without a match.
   */
  Match match();

  /** The path, percent-decoded once and normalised (RFC 3986 section 6.2.2.3), as UTF-16 text. */
  String path();

  /** The exchange of which this is a subrequest, or null for a client's own. */
  Exchange parent();

  /** The value stored under that name on this exchange, or null. */
  Object attribute(String name);

  /**
   * Stores {@code value}, or removes the attribute when it is null. Names are {@code plugin.name}.
   */
  void attribute(String name, Object value);

  /**
   * Changes responses that a handler gives after this call; the last filter added is called first.
   * Filters end with their exchange: a redirect leaves them behind.
   */
  void filter(ResponseFilter filter);

  /** Sends an interim response (100 to 199 but 101; RFC 9110 section 15.2) to HTTP/1.1 clients. */
  void inform(int status, Headers headers);

  /**
   * Answers. Takes over the response's body, also when this throws.
   *
   * @return completes when the kernel took the last byte; exceptionally when the client left or the
   *     body failed. Nothing needs to be done then: the engine has cleaned up
   * @throws IllegalStateException if the exchange was answered already
   */
  CompletionStage<Void> respond(Response response);

  /**
   * Answers with the error page of the exception's status, logs it once with the exchange's id;
   * aborts when the head has left. Ignored (but logged at debug) if the exchange has ended.
   */
  void fail(HandlerException failure);

  /** Resets the connection so that the client can tell that the answer is not whole. */
  void abort(String reason);

  /**
   * Switches protocols (RFC 9110 section 7.8): sends {@code response} (status 101) and gives the
   * raw connection.
   */
  CompletionStage<Duplex> upgrade(Response response);

  /**
   * Runs a request of its own through hooks and handler, without the client's connection.
   *
   * @return completes with the response, whose body the caller reads and closes; statuses of 400
   *     and above are responses, not exceptions
   */
  CompletionStage<Response> subrequest(Subrequest subrequest);

  /**
   * Answers with what the front itself would answer for {@code target}, as RFC 3875 section 6.2.2
   * asks of a local redirect: a new exchange, whose {@link Attributes#REDIRECTED_FROM} is this one,
   * takes its place on the client's connection. It goes through all hooks and guards again, as
   * {@code GET} ({@code HEAD} if that was asked), with the client's fields, conditions and ranges
   * included, but without those of a body; filters of this exchange stay behind, error pages and
   * limits are those of the new route, and a handler may take the socket. The client's request is
   * logged once: phase {@code done} gets this exchange, which names the other in {@link
   * Attributes#REDIRECTED_TO}; both have one {@link #id()}. More than 10 in a row fail with 500.
   *
   * <p>Counts as the answer of this exchange. Gives up what is left of the request body. May be
   * called on any thread; the rest happens on the event loop.
   *
   * @param target path and optional query, percent-encoded; {@code //x} is a path, never a host; a
   *     relative one is resolved against this request's path
   * @param fields added to the answer, whatever it is: {@code Set-Cookie} always, others where the
   *     answer has no field of that name. Fields that describe content ({@code Content-*}, {@code
   *     ETag}, {@code Last-Modified}, {@code Accept-Ranges}) and {@code Location} are left out
   * @throws IllegalStateException if the exchange was answered already
   */
  void redirect(String target, Headers fields);

  /**
   * Routes the request as if {@code target} had been asked for: changes {@link #path()}, {@link
   * Request#rawPath()} and {@link Request#query()}; {@link Request#target()} stays what the client
   * sent. For hooks of the phases {@code received} and {@code translate}.
   *
   * @param target path and optional query, percent-encoded, beginning with a slash; without a query
   *     the request has none
   * @throws HandlerException 400 or 404 if the path cannot be decoded, as for a client's request
   * @throws IllegalStateException if the route is known already
   */
  void rewrite(String target) throws HandlerException;

  /**
   * Calls a plug-in by kind and name. The one that serves at this moment is used, and stays until
   * the exchange ends, whatever is installed or removed meanwhile; several calls of one kind and
   * name may see different plug-ins. A name that vanished a moment ago is waited for ({@code
   * plugin.hold}).
   *
   * @param kind a contract that carries {@link org.sluice.api.handler.PluginKind}
   * @param work called on the current thread when the plug-in is there, else on the event loop
   * @return what {@code work} gave; exceptionally with {@link HandlerException}: of {@code work}
   *     itself, 500 for whatever else it threw, or {@link PluginMissingException} when there is
   *     none
   */
  <P, R> CompletionStage<R> call(Class<P> kind, String name, PluginCall<P, R> work);

  /**
   * Lets a plug-in go that was {@link #call called}, before the exchange ends: its bundle can leave
   * without waiting for this exchange, or cutting it. For who knows that nothing of what the
   * plug-in gave is used any more. Any thread; of one that was not called, or again, it is nothing.
   *
   * @param kind as it was called
   * @param name as it was called
   */
  default void release(Class<?> kind, String name) {}

  /**
   * Has something done when a plug-in that this exchange uses is to leave and would wait for it:
   * who can end the exchange early, and loses nothing by it, does so then. What still goes on after
   * {@code plugin.drain} is aborted.
   *
   * @param action called on any thread, at least once and at most twice for each plug-in that
   *     leaves, soon if one is leaving already; it must not block. The last one that was given is
   *     the one in force
   */
  default void whenPluginLeaves(Runnable action) {}

  /**
   * Has the request handled anew, by whoever serves it then: for a handler that is to leave and has
   * done nothing yet, so that its client need not notice. Nothing of a response was given, the body
   * was read whole or not at all, and a socket that was taken has been put back. The exchange lets
   * go of what it used; where hooks have left filters, it is routed again and passes the hooks of
   * that time. If no handler comes within {@code plugin.hold}, the client gets 503. On the
   * exchange's event loop.
   *
   * @return false if this exchange cannot do so; whoever has it answers it
   */
  default boolean startOver() {
    return false;
  }

  /**
   * Something only some connections offer, such as {@code org.sluice.handoff.api.SocketSource}.
   *
   * @return the capability, or null when this exchange does not have it (a subrequest, TLS)
   */
  <T> T capability(Class<T> type);

  /** Runs tasks on the connection's event loop, in order. They must not block. */
  Executor loop();

  /**
   * The pool for tasks that block. Rejects with {@link
   * java.util.concurrent.RejectedExecutionException}.
   */
  Executor workers();

  /** The head of the final response, or null as long as none was sent; for logs. */
  default SentHead sent() {
    return null;
  }

  /**
   * Whether an answer was begun, or cannot be given any more: by a response, a failure, an abort,
   * an upgrade, a redirect, the client's socket in other hands, or the end. Any thread; false may
   * be outdated as soon as it is told.
   */
  default boolean answered() {
    return sent() != null;
  }

  /** The failure that {@link #fail} was called with last, or null; for logs. */
  default HandlerException failure() {
    return null;
  }

  /**
   * The plug-ins this exchange has used, {@code symbolic-name/version} each, in the order of their
   * first use; for logs.
   */
  default List<String> plugins() {
    return List.of();
  }

  /**
   * How a line of the front's log about this exchange begins: identifier, client, route and
   * plug-in, {@code exchange 2f client 192.0.2.7 route chat plug-in org.example.x/1.0.0}. The
   * plug-in is the handler's and, behind a comma, the one used last if that is another. A
   * subrequest tells the identifier of the client's own exchange, which is the one on error pages
   * and in access logs. May be called on any thread, also when the exchange has ended.
   */
  default String describe() {
    List<String> used = plugins();
    if (used.isEmpty()) {
      return describe("-");
    }
    String last = used.get(used.size() - 1);
    return describe(used.size() == 1 ? last : used.get(0) + "," + last);
  }

  /**
   * As {@link #describe()}, for a plug-in that knows that it is the cause, such as a hook that
   * answers in place of the handler.
   *
   * @param plugin its symbolic name; the version is added if the exchange has used it
   */
  default String describe(String plugin) {
    return FailureLine.beginning(this, plugin);
  }

  /**
   * As {@link #describe()}, for a line at level warning or error: notes that there is one ({@link
   * Attributes#TOLD}).
   */
  default String describeFailure() {
    FailureLine.note(this);
    return describe();
  }

  /** As {@link #describe(String)}, for a line at level warning or error. */
  default String describeFailure(String plugin) {
    FailureLine.note(this);
    return describe(plugin);
  }

  /** Completes, never exceptionally, when the exchange has ended; on the event loop. */
  CompletionStage<Outcome> ended();
}
