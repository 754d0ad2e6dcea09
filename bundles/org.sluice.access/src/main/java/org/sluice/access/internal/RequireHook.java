package org.sluice.access.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.osgi.service.component.annotations.Component;
import org.sluice.api.config.Options;
import org.sluice.api.hook.Hook;
import org.sluice.api.hook.SluiceHook;
import org.sluice.api.hook.Verdict;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;

/**
 * Whether the user whom a hook of phase identify found may ask. Another hook than ours may have
 * found him.
 */
@Component
@SluiceHook(phase = "authorize", name = "auth-require")
public final class RequireHook implements Hook {
  private static final int MOST_WAITING = 128;
  private static final Verdict FORBIDDEN = Verdict.status(403);

  private final Map<Path, WatchedFile<Groups>> files = new ConcurrentHashMap<>();
  private final Function<Options, View> reader = options -> new View(options, this::file);
  private final HashWork work = new HashWork(2, MOST_WAITING);

  /** What a route says. */
  private static final class View {
    private final Requirements requirements;
    private final List<WatchedFile<Groups>> files = new ArrayList<>();
    private final Verdict challenge;
    private final String origin;

    View(Options options, Function<Path, WatchedFile<Groups>> opener) {
      requirements = new Requirements(options);
      if (requirements.needsGroups()) {
        options.paths("auth.groups").forEach(path -> files.add(opener.apply(path)));
      }
      challenge = Challenge.of(options);
      origin = options.origin("auth.require");
    }

    List<Groups> fresh() {
      List<Groups> groups = new ArrayList<>(files.size());
      for (WatchedFile<Groups> file : files) {
        Groups state = file.fresh();
        if (state == null) {
          return null;
        }
        groups.add(state);
      }
      return groups;
    }

    List<Groups> current() throws HandlerException {
      List<Groups> groups = new ArrayList<>(files.size());
      for (WatchedFile<Groups> file : files) {
        groups.add(file.current());
      }
      return groups;
    }

    /** As httpd: another user may be more welcome, so the client is asked again. */
    Verdict verdict(Exchange exchange, String user, List<Groups> groups) {
      if (requirements.hold(user, groups)) {
        return Verdict.NEXT;
      }
      return "Basic".equals(exchange.attribute(Attributes.AUTH_TYPE)) ? challenge : FORBIDDEN;
    }
  }

  private WatchedFile<Groups> file(Path path) {
    return files.computeIfAbsent(path, p -> new WatchedFile<>(p, Groups::parse));
  }

  @Override
  public Verdict call(Exchange exchange, Options options) {
    View view = options.view(View.class, reader);
    if (view.requirements.isEmpty()) {
      return Verdict.NEXT;
    }
    if (!(exchange.attribute(Attributes.USER) instanceof String user)) {
      return Verdict.later(
          CompletableFuture.failedStage(
              new HandlerException(
                  500,
                  "auth-nobody",
                  view.origin
                      + " auth.require holds, but nobody said who asks: auth.file is not set, and"
                      + " no other hook identifies users")));
    }
    List<Groups> groups = view.fresh();
    if (groups != null) {
      return view.verdict(exchange, user, groups);
    }
    return Verdict.later(
        work.submit(exchange.workers(), view::current)
            .thenApply(now -> view.verdict(exchange, user, now)));
  }
}
