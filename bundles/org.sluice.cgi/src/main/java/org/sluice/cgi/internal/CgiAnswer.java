package org.sluice.cgi.internal;

import io.netty.util.concurrent.Future;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.RawAnswer;
import org.sluice.api.http.Response;
import org.sluice.cgi.internal.head.Conditions;
import org.sluice.cgi.internal.head.HeadException;
import org.sluice.cgi.internal.head.HeadParser;
import org.sluice.cgi.internal.head.ProgramHead;
import org.sluice.cgi.internal.process.OutputBody;
import org.sluice.cgi.internal.process.Program;
import org.sluice.cgi.internal.process.ProgramLoop;
import org.sluice.cgi.internal.process.SpawnException;

/**
 * From a program's output to the client's answer (RFC 3875 section 6): header block, then redirect,
 * condition or body. A short output that ends at once leaves in one piece; anything else is passed
 * on as it comes. Used on the loop.
 */
final class CgiAnswer implements Program.Watcher, OutputBody.Source {
  private static final Logger LOG = LoggerFactory.getLogger(CgiAnswer.class);
  private static final Logger ERRORS = LoggerFactory.getLogger("org.sluice.cgi.stderr");
  private static final byte[] NOTHING = {};

  /** Output up to this size may leave in one piece. */
  private static final int SHORT = 32 * 1024;

  /** How long the end of a short output is waited for before it leaves in pieces. */
  private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(1);

  private enum State {
    HEAD,
    GATHER,
    BODY,
    DRAIN,
    OVER
  }

  private final Exchange exchange;
  private final CgiView view;
  private final String name;
  private final ProgramLoop loop;
  private final ScriptLog.Excerpt excerpt;
  private final int badStatus;
  private final HeadParser parser;
  private State state = State.HEAD;
  private Answering program;
  private ProgramHead head;
  private ByteArrayOutputStream gathered;
  private Future<?> patience;
  private OutputBody body;
  private ScriptLog.Entry record;
  private boolean warned;
  private boolean collected;

  CgiAnswer(
      Exchange exchange,
      CgiView view,
      String name,
      ProgramLoop loop,
      ScriptLog.Excerpt excerpt,
      int badStatus) {
    this.exchange = exchange;
    this.view = view;
    this.name = name;
    this.loop = loop;
    this.excerpt = excerpt;
    this.badStatus = badStatus;
    this.parser = new HeadParser(view.headerLimit);
  }

  /** The program runs; nothing of it was read yet. */
  void started(Answering newProgram, boolean nph) {
    program = newProgram;
    exchange.attribute(Attributes.UPSTREAM, name);
    if (nph) {
      raw();
    }
  }

  /** The program does not run. */
  void notStarted(IOException cause) {
    if (cause instanceof SpawnException spawn && spawn.isShortage()) {
      state = State.OVER;
      HandlerException answer = Shortage.answer(name + ": couldn't create child process");
      ScriptLog.error(view, exchange, name, answer.status(), answer.getMessage());
      exchange.fail(answer);
      return;
    }
    fail(500, "cgi-start", "couldn't create child process: " + cause.getMessage(), "");
  }

  /** Whoever should answer cannot be reached. */
  void notReached(String why) {
    fail(503, "cgi-connect", why, "");
  }

  /** The client has left, or the exchange was aborted. */
  void clientGone() {
    if (state != State.OVER) {
      state = State.OVER;
      program.terminate();
      if (body != null) {
        body.fail(new IOException("the client has left"));
      }
    }
  }

  private void raw() {
    RawAnswer answer = exchange.capability(RawAnswer.class);
    if (answer == null) {
      fail(500, "cgi-nph", "the whole response cannot be written on this connection", "");
      return;
    }
    state = State.BODY;
    body = new OutputBody(loop, this, NOTHING, view.outputLimit);
    answer.send(200, body);
  }

  @Override
  public void readable() {
    switch (state) {
      case HEAD -> readHead();
      case GATHER -> gather();
      case BODY -> body.readable();
      case DRAIN -> drain();
      case OVER -> {}
    }
  }

  private void readHead() {
    try {
      for (byte[] bytes = program.read(); ; bytes = program.read()) {
        if (bytes == null) {
          throw parser.ended();
        }
        if (bytes.length == 0) {
          return;
        }
        if (parser.add(bytes)) {
          break;
        }
      }
      head = ProgramHead.of(parser.fields());
    } catch (HeadException e) {
      fail(
          badStatus, "cgi-head", e.getMessage(), new String(e.line(), StandardCharsets.ISO_8859_1));
      return;
    } catch (IOException e) {
      fail(badStatus, "cgi-head", "its output cannot be read: " + e.getMessage(), "");
      return;
    }
    Object mark = exchange.attribute(ExecMark.NAME);
    if (mark instanceof ExecMark exec) {
      exec.answered();
    }
    exchange.attribute(Attributes.UPSTREAM_FIRST, System.nanoTime() - program.started());
    decide();
  }

  private void decide() {
    if (head.isPlain() && head.location() != null) {
      redirect(head.location());
      return;
    }
    String method = exchange.request().method();
    boolean get = method.equals("GET") || method.equals("HEAD");
    int judged =
        get && head.status() == 0 ? Conditions.judge(exchange.request().headers(), head) : 0;
    if (judged != 0) {
      record(judged, "", parser.rest());
      state = State.DRAIN;
      if (judged == 412) {
        exchange.fail(new HandlerException(412, "cgi-condition", "a condition does not hold"));
      } else {
        exchange.respond(Response.of(304, ProgramResponse.bodiless(head.headers()), Body.empty()));
      }
      drain();
      return;
    }
    int status = head.status() == 0 ? 200 : head.status();
    if (method.equals("HEAD") || status == 204 || status == 304) {
      state = State.DRAIN;
      exchange.respond(
          response(status, method.equals("HEAD") ? ProgramResponse.UNREAD : Body.empty()));
      drain();
      return;
    }
    state = State.GATHER;
    gathered = new ByteArrayOutputStream(Math.max(512, parser.rest().length));
    gathered.writeBytes(parser.rest());
    gather();
  }

  /** RFC 3875 sections 6.2.2 to 6.2.4. */
  private void redirect(String location) {
    if (location.startsWith("/")) {
      state = State.DRAIN;
      exchange.redirect(location, head.headers());
      drain();
      return;
    }
    state = State.DRAIN;
    exchange.respond(Elsewhere.to(location, ProgramResponse.bodiless(head.headers())));
    drain();
  }

  private void gather() {
    try {
      for (byte[] bytes = program.read(); ; bytes = program.read()) {
        if (bytes == null) {
          stopWaiting();
          state = State.OVER;
          total();
          exchange.respond(response(status(), Body.of(gathered.toByteArray())));
          return;
        }
        gathered.writeBytes(bytes);
        if (gathered.size() > SHORT) {
          stream();
          return;
        }
        if (bytes.length == 0) {
          break;
        }
      }
    } catch (IOException e) {
      fail(badStatus, "cgi-output", "its output cannot be read: " + e.getMessage(), "");
      return;
    }
    if (patience == null) {
      patience = loop.events().schedule(this::stream, PATIENCE, TimeUnit.NANOSECONDS);
    }
  }

  private void stopWaiting() {
    if (patience != null) {
      patience.cancel(false);
    }
  }

  private void stream() {
    if (state != State.GATHER) {
      return;
    }
    stopWaiting();
    state = State.BODY;
    body = new OutputBody(loop, this, gathered.toByteArray(), view.outputLimit);
    gathered = null;
    exchange.respond(response(status(), body));
  }

  private int status() {
    return head.status() == 0 ? 200 : head.status();
  }

  private Response response(int status, Body content) {
    return ProgramResponse.of(head, status, content, view.nosniff);
  }

  private void drain() {
    try {
      for (int reads = 0; reads < ProgramLoop.TURN; reads++) {
        byte[] bytes = program.read();
        if (bytes == null) {
          state = State.OVER;
          total();
          return;
        }
        if (bytes.length == 0) {
          return;
        }
        if (record != null && !record.output(bytes)) {
          program.terminate();
          return;
        }
      }
      // No event comes for what is there already.
      loop.events().execute(this::readable);
    } catch (IOException e) {
      LOG.debug("program {}: its output cannot be read", program.pid(), e);
    }
  }

  private void total() {
    exchange.attribute(Attributes.UPSTREAM_TOTAL, System.nanoTime() - program.started());
  }

  // The body's source

  @Override
  public byte[] read() throws IOException {
    byte[] bytes = program.read();
    if (bytes == null) {
      state = State.OVER;
      total();
    }
    return bytes;
  }

  @Override
  public void terminate() {
    state = State.OVER;
    program.terminate();
  }

  // What happens to the program

  @Override
  public void expired(boolean idle) {
    String why =
        idle
            ? "no progress within cgi.timeout=" + millis(view.limits.idle())
            : "still running after cgi.lifetime=" + millis(view.limits.lifetime());
    switch (state) {
      case HEAD, GATHER -> fail(504, "cgi-timeout", "script timed out: " + why, "");
      case BODY -> {
        state = State.OVER;
        LOG.error("{}: cgi-timeout {}: {}", exchange.describeFailure(), name, why);
        body.fail(new IOException("the program was ended: " + why));
      }
      case DRAIN -> {
        state = State.OVER;
        LOG.error("{}: cgi-timeout {}: {}", exchange.describeFailure(), name, why);
      }
      case OVER -> {}
    }
  }

  private static String millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos) + "ms";
  }

  @Override
  public void inputFailed(Throwable cause) {
    State was = state;
    state = State.OVER;
    if (was == State.BODY) {
      body.fail(new IOException("the request body broke off", cause));
    } else if (was != State.OVER) {
      stopWaiting();
      exchange.fail(
          cause instanceof HandlerException known
              ? known
              : new HandlerException(
                  400, "cgi-body", "the request body broke off: " + cause.getMessage(), cause));
    }
  }

  @Override
  public void inputRefused() {
    if (!warned) {
      warned = true;
      LOG.debug("{}: {} does not read all of the request body", exchange.describe(), name);
    }
  }

  @Override
  public void errorLine(String line) {
    ERRORS.error(
        "{}: stderr of {} (pid {}): {}",
        exchange.describeFailure(),
        name,
        program == null ? 0 : program.pid(),
        line);
    ScriptLog.error(view, exchange, name, status0(), line);
    if (record != null) {
      record.error(line);
    }
  }

  private int status0() {
    return head == null ? 200 : status();
  }

  // Failures

  private void fail(int status, String code, String why, String badLine) {
    stopWaiting();
    state = State.OVER;
    if (program != null) {
      record(status, badLine, parser.rest());
      if (record == null) {
        program.terminate();
      } else {
        // What else it has to say goes into the script log.
        state = State.DRAIN;
        drain();
      }
    } else {
      ScriptLog.error(view, exchange, name, status, why);
    }
    exchange.fail(
        new HandlerException(
            status,
            code,
            name
                + (program == null || program.pid() == 0 ? "" : " (pid " + program.pid() + ")")
                + ": "
                + why));
  }

  private void record(int status, String badLine, byte[] rest) {
    record = ScriptLog.begin(view, exchange, name, status, excerpt, parser.fields(), badLine, rest);
    if (record != null && collected) {
      // It ended as its output did; what is left of that is read before the loop's next task.
      loop.events().execute(() -> record.write(exchange.workers()));
    }
  }

  /** Nothing more comes of the program. */
  void collected() {
    collected = true;
    if (record != null) {
      record.write(exchange.workers());
    }
  }
}
