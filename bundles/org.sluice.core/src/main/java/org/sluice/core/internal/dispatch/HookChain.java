package org.sluice.core.internal.dispatch;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
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
import org.sluice.core.internal.registry.HookTraits;
import org.sluice.core.internal.registry.Inside;
import org.sluice.core.internal.registry.PluginEntry;
import org.sluice.core.internal.registry.PluginGroup;

/**
 * The hooks of every phase in their order, and the guards that are in force with them, as one
 * immutable snapshot; a new one is published when a hook comes, changes or goes. An exchange keeps
 * the snapshot it started with, and with it the hooks before the handler, until it has ended.
 */
final class HookChain {
  private static final Logger LOG = LoggerFactory.getLogger(HookChain.class);
  private static final PluginEntry[] NONE = {};

  /** A hook of phase done is let go as soon as it returns. */
  private static final Consumer<PluginEntry> NOTED = entry -> {};

  static final HookChain EMPTY = new HookChain(List.of(), Set.of());

  /** By the ordinal of their phase. */
  private final PluginEntry[][] phases = new PluginEntry[Phase.values().length][];

  private final List<String> cycles = new ArrayList<>();
  private final Set<String> guards;
  private final PluginEntry[] done;
  private final boolean passive;
  private final PluginGroup group;

  /**
   * A snapshot.
   *
   * @param guards names of the plug-ins whose guarding options these hooks enforce
   */
  HookChain(List<PluginEntry> hooks, Set<String> guards) {
    this.guards = Set.copyOf(guards);
    Set<PluginEntry> held = new LinkedHashSet<>();
    for (Phase phase : Phase.values()) {
      HookOrder.Sorted sorted = HookOrder.sort(phase, hooks);
      phases[phase.ordinal()] = sorted.hooks().toArray(NONE);
      cycles.addAll(sorted.cycles());
      if (phase != Phase.DONE) {
        held.addAll(sorted.hooks());
      }
    }
    this.done = phases[Phase.DONE.ordinal()];
    this.passive = held.isEmpty();
    this.group = PluginGroup.of(List.copyOf(held));
  }

  /** Where an exchange goes on after a hook that decided later. */
  interface Resume {
    /** Goes on with the hook at {@code index} of that step; on the event loop. */
    void at(HookChain chain, FrontExchange exchange, int step, int index) throws HandlerException;
  }

  /** Whether no hook is called before the handler. */
  boolean isPassive() {
    return passive;
  }

  /** Lines about cycles that were broken. */
  List<String> cycles() {
    return cycles;
  }

  /** Plug-ins whose guarding options are enforced. */
  Set<String> guards() {
    return guards;
  }

  /** Whether the guarding options of that plug-in are enforced. */
  boolean enforces(String guard) {
    return guards.contains(guard);
  }

  /** The hooks of a phase in the order of their calls. */
  List<PluginEntry> hooks(Phase phase) {
    return List.of(phases[phase.ordinal()]);
  }

  /**
   * Takes the snapshot for an exchange, which gives it back when it has ended; false when a newer
   * one was published.
   */
  boolean takenBy(FrontExchange exchange) {
    return passive || (group != null && group.acquire() && exchange.holds(group));
  }

  /** A newer snapshot was published. */
  void replaced() {
    if (group != null && this != EMPTY) {
      group.close();
    }
  }

  /**
   * Runs the hooks of a phase from the one at {@code from}.
   *
   * @param step the caller's number for the phase, for {@code resume}
   * @return whether to go on with the next phase now; false when a hook stopped the exchange, or
   *     when {@code resume} will be called
   */
  boolean run(Phase phase, int step, int from, FrontExchange exchange, Resume resume)
      throws HandlerException {
    PluginEntry[] hooks = phases[phase.ordinal()];
    for (int i = from; i < hooks.length; i++) {
      PluginEntry hook = hooks[i];
      hook.called();
      Verdict verdict = call(hook, exchange, exchange.options());
      if (verdict.later() != null) {
        int next = i + 1;
        await(verdict, hook, exchange, () -> resume.at(this, exchange, step, next));
        return false;
      }
      if (stops(verdict, hook, exchange)) {
        return false;
      }
    }
    return true;
  }

  /** What happens when a verdict came and did not stop the exchange. */
  private interface Then {
    void run() throws HandlerException;
  }

  private static void await(Verdict pending, PluginEntry hook, FrontExchange exchange, Then then) {
    pending
        .later()
        .whenComplete(
            (late, failure) -> exchange.resume(() -> resumed(late, failure, hook, exchange, then)));
  }

  private static void resumed(
      Verdict late, Throwable failure, PluginEntry hook, FrontExchange exchange, Then then) {
    if (exchange.isOver()) {
      // The client left meanwhile: nobody wants to know.
      return;
    }
    try {
      if (failure != null) {
        throw failed(hook, exchange, failure);
      }
      checkGiven(late, hook, exchange);
      if (late.later() != null) {
        await(late, hook, exchange, then);
      } else if (!stops(late, hook, exchange)) {
        then.run();
      }
    } catch (HandlerException e) {
      exchange.fail(e);
    } catch (RuntimeException e) {
      exchange.fail(new HandlerException(500, "core", "the core failed: " + e, e));
    }
  }

  private static HandlerException failed(
      PluginEntry hook, FrontExchange exchange, Throwable failure) {
    exchange.blame(hook);
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof HandlerException refusal) {
      return refusal;
    }
    hook.failed(cause);
    return new HandlerException(500, "hook-failed", describe(hook) + " failed: " + cause, cause);
  }

  private static String describe(PluginEntry hook) {
    return "hook " + HookTraits.name(hook) + " of " + hook.origin();
  }

  private static void checkGiven(Verdict verdict, PluginEntry hook, FrontExchange exchange)
      throws HandlerException {
    if (verdict == null) {
      throw failed(hook, exchange, new NullPointerException("no verdict was given"));
    }
  }

  private static boolean stops(Verdict verdict, PluginEntry hook, FrontExchange exchange)
      throws HandlerException {
    int status = verdict.status();
    if (status == 0) {
      return false;
    }
    if (status < 0 && !exchange.answered()) {
      // Nobody would answer any more, and the client would wait without limit.
      throw failed(
          hook,
          exchange,
          new IllegalStateException("the verdict was ANSWERED, and nothing was answered"));
    }
    if (status >= 400) {
      exchange.blame(hook);
      throw new HandlerException(
              status, HookTraits.name(hook), describe(hook) + " answered " + status)
          .with(verdict.headers());
    }
    if (status > 0) {
      exchange.respond(Response.of(status).withHeaders(verdict.headers()));
    }
    return true;
  }

  private static Verdict call(PluginEntry hook, FrontExchange exchange, Options options)
      throws HandlerException {
    Inside inside = Inside.enter(hook);
    try {
      Verdict verdict = ((Hook) hook.service()).call(exchange, options);
      checkGiven(verdict, hook, exchange);
      return verdict;
    } catch (HandlerException e) {
      throw e;
    } catch (Throwable e) {
      throw failed(hook, exchange, e);
    } finally {
      inside.leave();
    }
  }

  /**
   * Calls every hook of phase done that is still there; none can stop anything. They find {@code
   * ended()} complete, and what they must wait for keeps nobody waiting.
   */
  void done(FrontExchange exchange, Options options) {
    for (PluginEntry hook : done) {
      if (!hook.tryUse(NOTED)) {
        continue;
      }
      try {
        call(hook, exchange, options);
      } catch (HandlerException e) {
        LOG.error("{}: {}", exchange.describeFailure(), e.getMessage(), e.getCause());
      } finally {
        hook.release();
      }
    }
  }
}
