package org.sluice.accesslog.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.accesslog.internal.write.Outlet;
import org.sluice.api.status.SluiceStatus;
import org.sluice.api.status.StatusSource;
import org.sluice.api.status.Table;

/**
 * The command {@code logs}: the logs as a table, and what an operator asks of their writers ({@code
 * logs reopen [NAME]}, {@code logs rotate [NAME]}, {@code logs flush [NAME]}).
 */
@Component
@SluiceStatus("logs")
public final class LogStatus implements StatusSource {
  private static final long WAIT_SECONDS = 5;

  private final AccessLogs logs;

  /** Called by Declarative Services. */
  @Activate
  public LogStatus(@Reference AccessLogs logs) {
    this.logs = logs;
  }

  @Override
  public Table table(List<String> arguments) {
    if (arguments.isEmpty()) {
      return all();
    }
    if (arguments.size() > 2) {
      throw usage();
    }
    Outlet.Command command =
        switch (arguments.get(0)) {
          case "reopen" -> Outlet.Command.REOPEN;
          case "rotate" -> Outlet.Command.ROTATE;
          case "flush" -> Outlet.Command.FLUSH;
          default -> throw usage();
        };
    return asked(command, arguments.get(0), arguments.size() == 2 ? arguments.get(1) : null);
  }

  private static IllegalArgumentException usage() {
    return new IllegalArgumentException("usage: logs [reopen|rotate|flush [NAME]]");
  }

  private Table asked(Outlet.Command command, String word, String name) {
    List<List<Object>> rows = new ArrayList<>();
    for (Log log : logs.logs().all()) {
      if (name == null || name.equals(log.settings().name())) {
        rows.add(Arrays.asList(log.settings().name(), word, result(log.outlet(), command)));
      }
    }
    if (rows.isEmpty() && name != null) {
      throw new IllegalArgumentException("there is no log " + name);
    }
    return new Table(List.of("name", "command", "result"), rows);
  }

  private static String result(Outlet outlet, Outlet.Command command) {
    try {
      outlet.ask(command).get(WAIT_SECONDS, TimeUnit.SECONDS);
      return "done";
    } catch (ExecutionException e) {
      return "failed: " + e.getCause().getMessage();
    } catch (TimeoutException e) {
      return "not done within " + WAIT_SECONDS + " s: the writer is busy or stands still";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  private Table all() {
    List<List<Object>> rows = new ArrayList<>();
    for (Log log : logs.logs().all()) {
      Outlet outlet = log.outlet();
      String trouble = outlet.trouble();
      rows.add(
          Arrays.asList(
              log.settings().name(),
              log.settings().site(),
              outlet.settings().writer(),
              outlet.target().file(),
              log.settings().format(),
              trouble == null ? "ok" : "failing",
              outlet.lines(),
              outlet.written(),
              outlet.waiting(),
              outlet.dropped(),
              log.failures(),
              trouble == null ? log.lastError() : trouble));
    }
    return new Table(
        List.of(
            "name",
            "site",
            "writer",
            "file",
            "format",
            "state",
            "lines",
            "written",
            "waiting",
            "dropped",
            "failures",
            "last-error"),
        rows);
  }
}
