package org.sluice.cgi.internal.ssi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Outcome;
import org.sluice.cgi.internal.Answering;
import org.sluice.cgi.internal.CgiState;
import org.sluice.cgi.internal.CgiView;
import org.sluice.cgi.internal.env.Environment;
import org.sluice.cgi.internal.env.MetaVariables;
import org.sluice.cgi.internal.process.Bytes;
import org.sluice.cgi.internal.process.OutputBody;
import org.sluice.cgi.internal.process.Program;
import org.sluice.cgi.internal.process.ProgramLoop;
import org.sluice.cgi.internal.process.Slots;
import org.sluice.cgi.internal.process.SpawnPlan;
import org.sluice.ssi.api.SsiContext;

/**
 * A command of a page. It is a line for the system's shell, by what {@code cmd} means and because
 * pages use pipes; what came from a client is never part of that line, only of its environment.
 */
final class CommandRun implements Program.Watcher, OutputBody.Source, Slots.Taker {
  private static final Logger ERRORS = LoggerFactory.getLogger("org.sluice.cgi.stderr");
  private static final String SHELL = "/bin/sh";

  private final CgiState state;
  private final Exchange exchange;
  private final CgiView view;
  private final ProgramLoop loop;
  private final SpawnPlan plan;
  private final String route;
  private CompletableFuture<Body> started;
  private Answering program;
  private OutputBody body;

  /** Whether the page is not wanted any more. */
  private boolean gone;

  CommandRun(CgiState state, SsiContext page, String command) {
    this.state = state;
    this.exchange = page.exchange();
    this.view = page.options().view(CgiView.class, CgiView::new);
    this.loop = state.programs().loop(exchange.loop());
    this.route = exchange.match().route().name();
    this.plan =
        new SpawnPlan(List.of(SHELL, "-c", command), environment(page), directory(page), false);
  }

  private List<String> environment(SsiContext page) {
    Environment environment = MetaVariables.of(exchange, view, null, -1);
    environment.set("CONTENT_TYPE", null);
    for (Map.Entry<String, String> variable : page.variables().entrySet()) {
      if (variable.getValue() != null && MetaVariables.mayComeFromPage(variable.getKey())) {
        environment.add(variable.getKey(), variable.getValue());
      }
    }
    return environment.block();
  }

  private static String directory(SsiContext page) {
    Path folder =
        page.document() == null
            ? page.exchange().site().root()
            : page.document().path().getParent();
    return Bytes.of(folder.toAbsolutePath().toString());
  }

  /** Starts it, when the route has room; {@code newStarted} gets its output. */
  void start(CompletableFuture<Body> newStarted) throws IOException {
    started = newStarted;
    exchange.ended().thenAccept(this::ended);
    state.slots(route, view).take(loop, view.queueNanos(), this);
  }

  /** A command that has begun for a page that has ended meanwhile would be nobody's. */
  private void ended(Outcome outcome) {
    if (outcome.end() != Outcome.End.COMPLETE) {
      loop.run(
          () -> {
            gone = true;
            if (program != null) {
              program.terminate();
            }
          });
    }
  }

  @Override
  public void go() {
    try {
      exchange.workers().execute(this::spawn);
    } catch (RuntimeException e) {
      state.slots(route, view).release();
      started.completeExceptionally(e);
    }
  }

  private void spawn() {
    try {
      state
          .programs()
          .start(
              loop,
              plan,
              null,
              view.limits,
              this,
              over -> state.slots(route, view).release(),
              this::running);
    } catch (IOException e) {
      state.slots(route, view).release();
      started.completeExceptionally(e);
    }
  }

  private void running(Program newProgram) {
    program = newProgram;
    body = new OutputBody(loop, this, new byte[0], view.outputBytes());
    started.complete(body);
    if (gone) {
      program.terminate();
    }
  }

  @Override
  public void refused(HandlerException reason) {
    started.completeExceptionally(reason);
  }

  @Override
  public byte[] read() throws IOException {
    return program.read();
  }

  @Override
  public void terminate() {
    program.terminate();
  }

  @Override
  public void readable() {
    body.readable();
  }

  @Override
  public void expired(boolean idle) {
    body.fail(
        new IOException(
            "the command was ended: " + (idle ? "cgi.timeout" : "cgi.lifetime") + " has passed"));
  }

  @Override
  public void inputFailed(Throwable cause) {
    // It has no input.
  }

  @Override
  public void inputRefused() {
    // It has no input.
  }

  @Override
  public void errorLine(String line) {
    ERRORS.error(
        "{}: stderr of exec cmd (pid {}): {}",
        exchange.describeFailure("org.sluice.cgi"),
        program.pid(),
        line);
  }
}
