package org.sluice.server.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.sluice.api.engine.Dispatcher;
import org.sluice.api.engine.Listener;
import org.sluice.api.engine.ListenerSpec;
import org.sluice.api.engine.Transaction;
import org.sluice.api.http.Body;
import org.sluice.api.http.Outcome;
import org.sluice.api.http.Response;

/** An engine with one listener on a free port, and what its transactions ended in. */
final class TestServer implements AutoCloseable {
  static final ListenerSpec SPEC = spec(Duration.ofSeconds(20), Duration.ofSeconds(20), 0, 0);

  final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
  final BlockingQueue<Transaction> seen = new LinkedBlockingQueue<>();
  private final NettyEngine engine;
  private final Listener listener;

  TestServer(Dispatcher dispatcher) {
    this(SPEC, dispatcher);
  }

  TestServer(ListenerSpec spec, Dispatcher dispatcher) {
    this(1, false, spec, dispatcher);
  }

  TestServer(int loops, boolean shared, ListenerSpec spec, Dispatcher dispatcher) {
    this(new NettyEngine(loops, shared), spec, dispatcher);
  }

  TestServer(NettyEngine engine, ListenerSpec spec, Dispatcher dispatcher) {
    this.engine = engine;
    try {
      listener = engine.listen(spec, transaction -> deliver(dispatcher, transaction));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void deliver(Dispatcher dispatcher, Transaction transaction) {
    transaction.onEnd(outcomes::add);
    seen.add(transaction);
    dispatcher.dispatch(transaction);
  }

  /** Limits as an operator would have them, but for these four. */
  static ListenerSpec spec(Duration header, Duration keepAlive, int connections, int requests) {
    return new ListenerSpec(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        100,
        200,
        10,
        header,
        keepAlive,
        connections,
        requests,
        128);
  }

  /** Answers with the text, or a refusal with its reason. */
  static Dispatcher text(String text) {
    return transaction -> {
      if (transaction.refusal() == null) {
        transaction.respond(ok(text));
      } else {
        transaction.respond(
            Response.of(transaction.refusal().status())
                .withBody(Body.of(transaction.refusal().reason())));
      }
    };
  }

  static Response ok(String text) {
    return Response.of(200).withBody(Body.of(text));
  }

  RawClient connect() throws IOException {
    return new RawClient(listener.address());
  }

  Listener listener() {
    return listener;
  }

  NettyEngine engine() {
    return engine;
  }

  Outcome outcome() throws InterruptedException {
    Outcome outcome = outcomes.poll(10, TimeUnit.SECONDS);
    if (outcome == null) {
      throw new AssertionError("no transaction ended within 10 s");
    }
    return outcome;
  }

  static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within 10 s: " + what);
      }
      LockSupport.parkNanos(2_000_000);
    }
  }

  @Override
  public void close() {
    engine.deactivate();
  }
}
