package org.sluice.access.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
 * Basic authentication: who asks must be in every password file of the route. Credentials that were
 * verified before, against the hash that still stands in the file, are taken on the event loop; all
 * other work is done by workers.
 */
@Component
@SluiceHook(phase = "identify", name = "auth")
public final class AuthHook implements Hook {
  private static final int MOST_VERIFIED = 10_000;
  private static final int MOST_WAITING = 128;

  private final Map<Path, WatchedFile<Users>> files = new ConcurrentHashMap<>();
  private final Function<Options, View> reader = options -> new View(options, this::file);
  private final VerifiedCache verified = new VerifiedCache(MOST_VERIFIED);
  private final HashWork work =
      new HashWork(Runtime.getRuntime().availableProcessors(), MOST_WAITING);

  /** What a route says. */
  private static final class View {
    private final List<WatchedFile<Users>> files = new ArrayList<>();
    private final Verdict challenge;

    View(Options options, Function<Path, WatchedFile<Users>> opener) {
      options.paths("auth.file").forEach(path -> files.add(opener.apply(path)));
      challenge = Challenge.of(options);
    }

    /** The states of all files, or null if one has to be looked at. */
    List<Users> fresh() {
      List<Users> users = new ArrayList<>(files.size());
      for (WatchedFile<Users> file : files) {
        Users state = file.fresh();
        if (state == null) {
          return null;
        }
        users.add(state);
      }
      return users;
    }

    List<Users> current() throws HandlerException {
      List<Users> users = new ArrayList<>(files.size());
      for (WatchedFile<Users> file : files) {
        users.add(file.current());
      }
      return users;
    }
  }

  private WatchedFile<Users> file(Path path) {
    return files.computeIfAbsent(path, p -> new WatchedFile<>(p, Users::parse));
  }

  @Override
  public Verdict call(Exchange exchange, Options options) {
    View view = options.view(View.class, reader);
    if (view.files.isEmpty()) {
      return Verdict.NEXT;
    }
    Credentials credentials = Credentials.of(exchange.request().headers());
    if (credentials == null) {
      return view.challenge;
    }
    exchange.attribute(Attributes.CLAIMED_USER, credentials.user());
    List<Users> users = view.fresh();
    if (users != null && isVerified(users, credentials)) {
      return welcome(exchange, credentials);
    }
    return Verdict.later(
        work.submit(
                exchange.workers(),
                () -> {
                  List<Users> now = view.current();
                  return isVerified(now, credentials) || verify(now, credentials);
                })
            .thenApply(good -> good ? welcome(exchange, credentials) : view.challenge));
  }

  private static Verdict welcome(Exchange exchange, Credentials credentials) {
    exchange.attribute(Attributes.USER, credentials.user());
    exchange.attribute(Attributes.AUTH_TYPE, "Basic");
    return Verdict.NEXT;
  }

  private boolean isVerified(List<Users> files, Credentials credentials) {
    for (Users users : files) {
      PasswordHash hash = users.find(credentials.user());
      if (hash == null || !verified.has(hash, credentials)) {
        return false;
      }
    }
    return true;
  }

  /** Does the same work for every file and every user, known or not. */
  private boolean verify(List<Users> files, Credentials credentials) {
    boolean good = true;
    for (Users users : files) {
      PasswordHash hash = users.find(credentials.user());
      PasswordHash used = hash != null ? hash : users.decoy(verified.number(credentials.user()));
      boolean matches = used != null && used.matches(credentials.password());
      if (hash != null && matches) {
        verified.add(hash, credentials);
      } else {
        good = false;
      }
    }
    return good;
  }
}
