package org.sluice.cgi.internal;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.config.Options;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.FileFacts;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.Response;
import org.sluice.cgi.internal.env.Environment;
import org.sluice.cgi.internal.env.MetaVariables;
import org.sluice.cgi.internal.env.ScriptFile;
import org.sluice.cgi.internal.process.Bytes;
import org.sluice.cgi.internal.process.Program;
import org.sluice.cgi.internal.process.ProgramLoop;
import org.sluice.cgi.internal.process.Slots;
import org.sluice.cgi.internal.process.SpawnPlan;

/**
 * One run of a program for one exchange, from the script to the answer: what may be run, its
 * arguments, a stored body if asked for, a slot, the start. {@link CgiAnswer} does what comes back.
 * The first half is on workers, everything behind the start on the loop.
 */
final class CgiRun implements Slots.Taker {
  private static final Logger LOG = LoggerFactory.getLogger(CgiRun.class);
  private static final String NPH = "nph-";

  private final CgiState state;
  private final Exchange exchange;
  private final Options options;
  private final CgiView view;
  private final ScriptFile script;
  private final ProgramLoop loop;
  private final Slots slots;
  private final boolean nph;
  private List<String> arguments;
  private Body body;
  private long contentLength = -1;
  private Slots.Waiting waiting;
  private ScriptLog.Excerpt excerpt;
  private volatile boolean taken;
  private volatile boolean gone;
  private CgiAnswer running;

  CgiRun(
      CgiState state, Exchange exchange, Options options, CgiView view, ScriptFile script) {
    this.state = state;
    this.exchange = exchange;
    this.options = options;
    this.view = view;
    this.script = script;
    this.loop = state.programs().loop(exchange.loop());
    this.slots = state.slots(exchange.match().route().name(), view);
    this.nph = script.path().getFileName().toString().startsWith(NPH);
  }

  /** Begins; answers the exchange in any case. On a worker. */
  void start() {
    try {
      FileFacts facts = facts();
      exchange.attribute(Attributes.FILE, facts);
      if (lookedUp(facts)) {
        return;
      }
      admit();
      exchange.ended().thenAccept(this::ended);
      Arguments.of(exchange, options, view, script)
          .whenComplete((found, failure) -> onWorker(() -> commanded(found, failure)));
    } catch (HandlerException e) {
      exchange.fail(e);
    }
  }

  private FileFacts facts() {
    var attributes = script.attributes();
    var permissions = attributes.permissions();
    return new FileFacts(
        script.path(),
        attributes.size(),
        attributes.lastModifiedTime().toInstant(),
        null,
        permissions.contains(java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE),
        permissions.contains(java.nio.file.attribute.PosixFilePermission.GROUP_EXECUTE));
  }

  /** Whoever only looks up gets the facts. */
  @SuppressWarnings("unchecked") // The attribute's documentation says what it is.
  private boolean lookedUp(FileFacts facts) {
    Object asked = exchange.attribute(Attributes.LOOKUP);
    if (asked == null) {
      return false;
    }
    ((java.util.concurrent.CompletableFuture<FileFacts>) asked).complete(facts);
    exchange.respond(Response.of(204));
    return true;
  }

  private void admit() throws HandlerException {
    boolean inner = MetaVariables.isIncluded(exchange);
    if (exchange.attribute(ExecMark.NAME) instanceof ExecMark mark) {
      if (!script.pathInfo().isEmpty()) {
        throw new HandlerException(
            404, "cgi-path-info", script.path() + ": exec takes no path information");
      }
      mark.program();
    }
    if (!nph) {
      return;
    }
    if (inner) {
      throw new HandlerException(403, "cgi-nph", script.path() + ": not within a page");
    }
    if (!view.nph) {
      throw new HandlerException(
          403, "cgi-nph", script.path() + " would write the whole response, and cgi.nph=off");
    }
  }

  /** Goes on on a worker, wherever it is called. */
  private void onWorker(Runnable task) {
    if (!loop.events().inEventLoop()) {
      task.run();
      return;
    }
    try {
      exchange.workers().execute(task);
    } catch (RejectedExecutionException e) {
      release();
      exchange.fail(new HandlerException(503, "workers-busy", "no worker thread is free", e, 1));
    }
  }

  private void release() {
    if (taken) {
      taken = false;
      slots.release();
    }
  }

  private void commanded(List<String> found, Throwable failure) {
    if (failure != null) {
      fail(failure);
      return;
    }
    arguments = found;
    Object kept = exchange.attribute(Attributes.KEPT_BODY);
    body = kept instanceof byte[] bytes ? Body.of(bytes) : exchange.request().body();
    boolean chunked = exchange.request().headers().get("Transfer-Encoding") != null;
    boolean told = exchange.request().headers().get("Content-Length") != null || kept != null;
    contentLength = told && !chunked ? body.length() : -1;
    if (view.log != null && view.logBody > 0) {
      excerpt = new ScriptLog.Excerpt(body, view.logBody);
      body = body.length() == 0 ? body : excerpt;
    }
    if (view.spool && body.length() != 0) {
      new Spool(exchange, view.spoolMemory)
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
    Slots.Waiting place = slots.take(loop, view.queueNanos, this);
    if (place != null) {
      waiting = place;
      if (gone) {
        place.leave();
        body.close();
      }
    }
  }

  /** A slot is ours. */
  @Override
  public void go() {
    waiting = null;
    taken = true;
    onWorker(this::spawn);
  }

  @Override
  public void refused(HandlerException reason) {
    body.close();
    exchange.fail(reason);
  }

  private void spawn() {
    if (gone) {
      body.close();
      release();
      return;
    }
    Environment environment = environment();
    boolean input = body.length() != 0;
    SpawnPlan plan =
        new SpawnPlan(
            arguments,
            environment.block(),
            Bytes.of(script.path().getParent().toString()),
            input);
    CgiAnswer answer = new CgiAnswer(exchange, view, script, loop, nph, environment, excerpt);
    try {
      state
          .programs()
          .start(
              loop,
              plan,
              input ? body : null,
              view.limits,
              answer,
              over -> collected(answer),
              program -> started(answer, program));
      taken = false;
    } catch (IOException e) {
      release();
      answer.notStarted(e);
    }
  }

  private void collected(CgiAnswer answer) {
    slots.release();
    answer.collected();
  }

  private Environment environment() {
    Environment environment = MetaVariables.of(exchange, view, script, contentLength);
    if (exchange.attribute(ExecMark.NAME) instanceof ExecMark mark && mark.pathInfo != null) {
      environment.set("PATH_INFO", mark.pathInfo);
    }
    return environment;
  }

  private void started(CgiAnswer answer, Program program) {
    running = answer;
    answer.started(program);
    if (gone) {
      answer.clientGone();
    }
  }

  private void ended(Outcome outcome) {
    gone = true;
    Slots.Waiting place = waiting;
    if (place != null) {
      place.leave();
    }
    if (outcome.end() != Outcome.End.COMPLETE) {
      loop.run(
          () -> {
            if (running != null) {
              running.clientGone();
            }
          });
    }
  }

  private void fail(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (body != null) {
      body.close();
    }
    if (cause instanceof HandlerException known) {
      exchange.fail(known);
    } else {
      LOG.debug("exchange {}", exchange.id(), cause);
      exchange.fail(
          new HandlerException(400, "cgi-body", "the request body broke off: " + cause, cause));
    }
  }
}
