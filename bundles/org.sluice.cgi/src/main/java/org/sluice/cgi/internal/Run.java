package org.sluice.cgi.internal;

import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Outcome;
import org.sluice.cgi.internal.process.ProgramLoop;
import org.sluice.cgi.internal.process.Slots;

/**
 * One exchange on its way to a program or SCGI server: a stored body if asked for, a slot, then
 * {@link #launch}. What comes back is {@link CgiAnswer}'s. Up to the launch on workers, behind it
 * on the loop.
 */
abstract class Run implements Slots.Taker {
  private static final Logger LOG = LoggerFactory.getLogger(Run.class);

  private static final Path SPOOL = Path.of(System.getProperty("java.io.tmpdir"));

  final CgiState state;
  final Exchange exchange;
  final CgiView view;
  final ProgramLoop loop;

  /** Owned by whoever launches. */
  Body body = Body.empty();

  /** Of {@link #body} as the program sees it; -1 if it is not told. */
  long contentLength = -1;

  ScriptLog.Excerpt excerpt;
  private final Slots slots;
  private volatile Slots.Waiting waiting;
  private CgiAnswer answer;
  private volatile boolean taken;
  private volatile boolean gone;

  Run(CgiState state, Exchange exchange, CgiView view) {
    this.state = state;
    this.exchange = exchange;
    this.view = view;
    this.loop = state.programs().loop(exchange.loop());
    this.slots = state.slots(exchange.match().route().name(), view);
  }

  /** Starts what answers. On a worker, with a slot; owns {@link #body} from here on. */
  abstract void launch();

  /** Goes on on a worker, wherever it is called. */
  final void onWorker(Runnable task) {
    if (!loop.events().inEventLoop()) {
      task.run();
      return;
    }
    try {
      exchange.workers().execute(task);
    } catch (RejectedExecutionException e) {
      body.close();
      release();
      exchange.fail(new HandlerException(503, "workers-busy", "no worker thread is free", e, 1));
    }
  }

  /**
   * Prepares the body and queues. On a worker.
   *
   * @param lengthNeeded whether a body of unknown length must be stored first
   */
  final void proceed(boolean lengthNeeded) {
    exchange.ended().thenAccept(this::ended);
    Headers headers = exchange.request().headers();
    Object kept = exchange.attribute(Attributes.KEPT_BODY);
    body = kept instanceof byte[] bytes ? Body.of(bytes) : exchange.request().body();
    boolean chunked = headers.get("Transfer-Encoding") != null && kept == null;
    boolean told = headers.get("Content-Length") != null || kept != null;
    contentLength = told && !chunked ? body.length() : -1;
    if (view.log != null && view.logBody > 0 && body.length() != 0) {
      excerpt = new ScriptLog.Excerpt(body, view.logBody);
      body = excerpt;
    }
    if (body.length() != 0 && (view.spool || (lengthNeeded && body.length() < 0))) {
      new Spool(exchange, view.spoolMemory, SPOOL)
          .store(body)
          .whenComplete((stored, e) -> onWorker(() -> spooled(stored, e)));
    } else {
      queue();
    }
  }

  private void spooled(Body stored, Throwable failure) {
    if (failure != null) {
      fail(failure);
      return;
    }
    body = stored;
    contentLength = stored.length();
    queue();
  }

  private void queue() {
    waiting = slots.take(loop, view.queueNanos, this);
    leaveIfGone();
  }

  /** Called after each of the two is known, so that the later one finds both. */
  private void leaveIfGone() {
    Slots.Waiting place = waiting;
    if (gone && place != null && place.leave()) {
      body.close();
    }
  }

  /** A slot is ours. */
  @Override
  public final void go() {
    taken = true;
    onWorker(
        () -> {
          if (gone) {
            body.close();
            release();
          } else {
            launch();
          }
        });
  }

  @Override
  public final void refused(HandlerException reason) {
    body.close();
    exchange.fail(reason);
  }

  /** Gives the slot back, once. */
  final void release() {
    boolean mine;
    synchronized (this) {
      mine = taken;
      taken = false;
    }
    if (mine) {
      slots.release();
    }
  }

  /** It runs, and this is its answer. On the loop. */
  final void launched(CgiAnswer newAnswer) {
    answer = newAnswer;
    if (gone) {
      answer.clientGone();
    }
  }

  private void ended(Outcome outcome) {
    if (outcome.end() == Outcome.End.COMPLETE) {
      return;
    }
    gone = true;
    leaveIfGone();
    loop.run(
        () -> {
          if (answer != null) {
            answer.clientGone();
          }
        });
  }

  static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }

  /** Fails the exchange with what made it fail. */
  final void fail(Throwable failure) {
    Throwable cause = unwrapped(failure);
    body.close();
    if (cause instanceof HandlerException known) {
      exchange.fail(known);
    } else {
      LOG.debug("{}", exchange.describe(), cause);
      exchange.fail(
          new HandlerException(400, "cgi-body", "the request body broke off: " + cause, cause));
    }
  }
}
