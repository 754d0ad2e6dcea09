package org.sluice.cgi.internal;

import java.io.IOException;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.sluice.api.config.Options;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.FileFacts;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Response;
import org.sluice.cgi.internal.env.Environment;
import org.sluice.cgi.internal.env.MetaVariables;
import org.sluice.cgi.internal.env.ScriptFile;
import org.sluice.cgi.internal.process.Bytes;
import org.sluice.cgi.internal.process.SpawnPlan;

/** One run of a program: whether it may run, its argument vector, its environment, the start. */
final class CgiRun extends Run {
  private static final String NPH = "nph-";

  private final Options options;
  private final ScriptFile script;
  private final boolean nph;
  private List<String> arguments;

  /** Path information, empty for none: of the URL, or of the page that lends its own. */
  private String info;

  private Translation translation;

  CgiRun(CgiState state, Exchange exchange, Options options, CgiView view, ScriptFile script) {
    super(state, exchange, view);
    this.options = options;
    this.script = script;
    this.nph = script.path().getFileName().toString().startsWith(NPH);
  }

  /** Begins; answers the exchange in any case. On a worker. */
  void start() {
    try {
      FileFacts facts = facts(script);
      exchange.attribute(Attributes.FILE, facts);
      if (lookedUp(facts)) {
        return;
      }
      admit();
      Arguments.of(exchange, options, view, script)
          .whenComplete((found, failure) -> onWorker(() -> commanded(found, failure)));
    } catch (HandlerException e) {
      exchange.fail(e);
    }
  }

  private static FileFacts facts(ScriptFile script) {
    PosixFileAttributes attributes = script.attributes();
    return new FileFacts(
        script.path(),
        attributes.size(),
        attributes.lastModifiedTime().toInstant(),
        null,
        attributes.permissions().contains(PosixFilePermission.OWNER_EXECUTE),
        attributes.permissions().contains(PosixFilePermission.GROUP_EXECUTE));
  }

  /** Whoever only looks up gets the facts. */
  @SuppressWarnings("unchecked") // The attribute's documentation says what it is.
  private boolean lookedUp(FileFacts facts) {
    Object asked = exchange.attribute(Attributes.LOOKUP);
    if (asked == null) {
      return false;
    }
    ((CompletableFuture<FileFacts>) asked).complete(facts);
    exchange.respond(Response.of(204));
    return true;
  }

  private void admit() throws HandlerException {
    if (exchange.attribute(ExecMark.NAME) instanceof ExecMark mark) {
      if (!script.pathInfo().isEmpty()) {
        throw new HandlerException(
            404, "cgi-path-info", script.path() + ": exec takes no path information");
      }
      mark.program();
    }
    if (nph && MetaVariables.isIncluded(exchange)) {
      throw new HandlerException(403, "cgi-nph", script.path() + ": not within a page");
    }
    if (nph && !view.nph) {
      throw new HandlerException(
          403, "cgi-nph", script.path() + " would write the whole response, and cgi.nph=off");
    }
  }

  private void commanded(List<String> found, Throwable failure) {
    if (failure != null) {
      HandlerException refusal =
          unwrapped(failure) instanceof HandlerException known
              ? known
              : new HandlerException(500, "cgi-command", script.path() + ": " + failure, failure);
      ScriptLog.error(
          view, exchange, script.path().toString(), refusal.status(), refusal.getMessage());
      fail(refusal);
      return;
    }
    arguments = found;
    info = script.pathInfo();
    if (exchange.attribute(ExecMark.NAME) instanceof ExecMark mark && mark.pathInfo != null) {
      info = Bytes.toText(mark.pathInfo);
    }
    if (info.isEmpty()) {
      proceed(false);
    } else {
      Translation.of(exchange, info)
          .thenAccept(
              place -> {
                translation = place;
                onWorker(() -> proceed(false));
              });
    }
  }

  private Environment environment() {
    Environment environment = MetaVariables.of(exchange, view, script, contentLength);
    if (!info.isEmpty()) {
      environment.set("PATH_INFO", Bytes.of(info));
      String translated = translation.path();
      environment.set(
          "PATH_TRANSLATED",
          translated == null ? MetaVariables.belowRoot(exchange, info) : translated);
    }
    return environment;
  }

  @Override
  void launch() {
    Environment environment = environment();
    exchange.attribute(MetaVariables.OF_PROGRAM, environment);
    boolean input = body.length() != 0;
    SpawnPlan plan =
        new SpawnPlan(
            arguments, environment.block(), Bytes.of(script.path().getParent().toString()), input);
    CgiAnswer answer = new CgiAnswer(exchange, view, script.path().toString(), loop, excerpt, 500);
    try {
      state
          .programs()
          .start(
              loop,
              plan,
              input ? body : null,
              view.limits,
              answer,
              over -> {
                release();
                answer.collected();
              },
              program -> {
                answer.started(program, nph);
                launched(answer);
              });
    } catch (IOException e) {
      release();
      answer.notStarted(e);
    }
  }
}
