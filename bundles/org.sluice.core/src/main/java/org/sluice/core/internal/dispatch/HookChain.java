package org.sluice.core.internal.dispatch;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.config.Options;
import org.sluice.api.hook.Hook;
import org.sluice.api.hook.Phase;
import org.sluice.api.hook.Verdict;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Response;
import org.sluice.core.internal.exchange.FrontExchange;
import org.sluice.core.internal.registry.PluginEntry;
import org.sluice.core.internal.registry.Registry;

/**
 * The hooks of every phase in their order, as one immutable snapshot; a new one is published when a
 * hook comes, changes or goes. An exchange keeps the snapshot it started with.
 */
final class HookChain {
  private static final Logger LOG = LoggerFactory.getLogger(HookChain.class);
  private static final PluginEntry[] NONE = {};

  /** A hook of phase done is let go as soon as it returns. */
  private static final Consumer<PluginEntry> NOTED = entry -> {};

  static final HookChain EMPTY = new HookChain(List.of());

  private final Map<Phase, PluginEntry[]> phases = new EnumMap<>(Phase.class);
  private final PluginEntry[] done;
  private final boolean decides;

  HookChain(List<PluginEntry> hooks) {
    boolean any = false;
    for (Phase phase : Phase.values()) {
      PluginEntry[] sorted = HookOrder.sort(phase, hooks).toArray(NONE);
      phases.put(phase, sorted);
      any |= phase != Phase.DONE && sorted.length > 0;
    }
    done = phases.get(Phase.DONE);
    decides = any;
  }

  /** Where an exchange goes on after a hook that decided later. */
  interface Resume {
    /** Goes on with the hook at {@code index} of the same phase; on the event loop. */
    void at(int index) throws HandlerException;
  }

  /** Whether there is a hook before the handler. */
  boolean decides() {
    return decides;
  }

  /**
   * Runs the hooks of a phase from the one at {@code from}.
   *
   * @return whether to go on with the next phase now; false when a hook stopped the exchange, or
   *     when {@code resume} will be called
   */
  boolean run(Phase phase, int from, FrontExchange exchange, Options options, Resume resume)
      throws HandlerException {
    PluginEntry[] hooks = phases.get(phase);
    for (int i = from; i < hooks.length; i++) {
      Verdict verdict = call(hooks[i], exchange, options);
      if (verdict.later() != null) {
        int next = i + 1;
        verdict
            .later()
            .whenComplete(
                (late, failure) ->
                    exchange.resume(() -> resumed(late, failure, exchange, resume, next)));
        return false;
      }
      if (stops(verdict, exchange)) {
        return false;
      }
    }
    return true;
  }

  private static void resumed(
      Verdict late, Throwable failure, FrontExchange exchange, Resume resume, int next) {
    try {
      if (failure != null) {
        throw new HandlerException(500, "hook-failed", "a hook failed: " + failure, failure);
      }
      if (late.later() != null) {
        throw new HandlerException(500, "hook-failed", "a hook postponed its verdict twice");
      }
      if (!stops(late, exchange)) {
        resume.at(next);
      }
    } catch (HandlerException e) {
      exchange.fail(e);
    }
  }

  private static boolean stops(Verdict verdict, FrontExchange exchange) throws HandlerException {
    if (verdict == Verdict.NEXT) {
      return false;
    }
    if (verdict.status() >= 400) {
      throw new HandlerException(verdict.status(), "hook", "a hook answered " + verdict.status());
    }
    if (verdict.status() > 0) {
      exchange.respond(Response.of(verdict.status()));
    }
    return true;
  }

  private static Verdict call(PluginEntry hook, FrontExchange exchange, Options options)
      throws HandlerException {
    // The snapshot may be older than the hook's departure; a guard that just left must not be
    // skipped.
    if (!hook.tryUse(exchange::use)) {
      throw new HandlerException(503, "hook-left", "a hook was removed: " + hook.origin(), null, 1);
    }
    Registry.enter(hook);
    try {
      return ((Hook) hook.service()).call(exchange, options);
    } catch (RuntimeException | LinkageError e) {
      hook.failed(e);
      throw new HandlerException(500, "hook-failed", hook.origin() + " failed: " + e, e);
    } finally {
      Registry.leave();
    }
  }

  /**
   * Calls every hook of phase done, which find {@code ended()} complete; none can stop anything.
   */
  void done(FrontExchange exchange, Options options) {
    for (PluginEntry hook : done) {
      if (!hook.tryUse(NOTED)) {
        continue;
      }
      Registry.enter(hook);
      try {
        ((Hook) hook.service()).call(exchange, options);
      } catch (RuntimeException | LinkageError e) {
        hook.failed(e);
        LOG.error("exchange {}: {} failed: {}", exchange.id(), hook.origin(), e.toString(), e);
      } finally {
        Registry.leave();
        hook.release();
      }
    }
  }
}
