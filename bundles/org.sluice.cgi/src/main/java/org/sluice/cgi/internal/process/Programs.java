package org.sluice.cgi.internal.process;

import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.http.Body;

/**
 * Every program that runs: starts them, knows them, and ends what is left when the bundle leaves.
 */
public final class Programs {
  private static final Logger LOG = LoggerFactory.getLogger(Programs.class);
  private static final long LAST_WAIT = TimeUnit.SECONDS.toNanos(1);

  private final Spawner spawner = new Spawner();
  private final Set<Program> running = ConcurrentHashMap.newKeySet();
  private final Map<IoEventLoop, ProgramLoop> loops = new ConcurrentHashMap<>();
  private final LongAdder started = new LongAdder();
  private MultiThreadIoEventLoopGroup own;
  private volatile boolean closed;

  /** The loop of an exchange, or one of our own where it is none that knows descriptors. */
  public ProgramLoop loop(Executor executor) {
    if (executor instanceof IoEventLoop events && events.isCompatible(EpollIoHandle.class)) {
      ProgramLoop loop = loops.get(events);
      return loop != null ? loop : loops.computeIfAbsent(events, ProgramLoop::of);
    }
    return ownLoop();
  }

  private synchronized ProgramLoop ownLoop() {
    if (own == null) {
      own = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    }
    return loops.computeIfAbsent(own.next(), ProgramLoop::of);
  }

  /**
   * Starts a program. Blocks until it runs; for workers.
   *
   * @param body fed to its standard input, owned from here on, also when this throws; null if
   *     {@link SpawnPlan#input} is false
   * @param end called on the loop when the leader has been collected
   * @param ready called on the loop with the running program, before anything else happens
   * @throws IOException if it cannot be started; neither {@code end} nor {@code ready} is called
   *     then
   */
  public void start(
      ProgramLoop loop,
      SpawnPlan plan,
      Body body,
      ProgramLimits limits,
      Program.Watcher watcher,
      Consumer<Program> end,
      Consumer<Program> ready)
      throws IOException {
    Spawner.Child child;
    try {
      if (closed) {
        throw new SpawnException("the CGI bundle is being stopped", 0);
      }
      child = spawner.start(plan);
    } catch (IOException | RuntimeException e) {
      if (body != null) {
        body.close();
      }
      throw e;
    }
    started.increment();
    Program program = new Program(this, loop, child, limits, watcher, end);
    running.add(program);
    try {
      loop.run(() -> begin(program, body, child.in(), ready));
    } catch (RejectedExecutionException e) {
      Spawner.close(child.in(), child.out(), child.err());
      program.leader().signal(Libc.SIGKILL);
      awaitEnd(program);
      throw new SpawnException("the engine has stopped", 0);
    }
  }

  private static void begin(Program program, Body body, int in, Consumer<Program> ready) {
    try {
      ready.accept(program);
      program.start(body, in);
    } catch (RuntimeException e) {
      LOG.error("program {} is ended: {}", program.pid(), e.toString(), e);
      program.terminate();
    }
  }

  void collected(Program program, Consumer<Program> end) {
    if (end != null) {
      end.accept(program);
    }
  }

  void over(Program program) {
    running.remove(program);
  }

  /** How many programs are not over yet. */
  public int running() {
    return running.size();
  }

  /** How many were started so far. */
  public long started() {
    return started.sum();
  }

  /** Kills what still runs. Exchanges have ended by now, or are aborted. */
  public void close() {
    closed = true;
    for (Program program : running) {
      LOG.info("program {} is killed: the CGI bundle is being stopped", program.pid());
      program.leader().signal(Libc.SIGKILL);
      awaitEnd(program);
      abandon(program);
    }
    synchronized (this) {
      if (own != null) {
        own.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
      }
    }
    spawner.end();
  }

  /** Whatever of it is still to come on its loop would call what is not bound any more. */
  private static void abandon(Program program) {
    CountDownLatch done = new CountDownLatch(1);
    try {
      program
          .loop()
          .run(
              () -> {
                program.abandon();
                done.countDown();
              });
      if (!done.await(LAST_WAIT, TimeUnit.NANOSECONDS)) {
        LOG.warn("program {}: its event loop did not let go of it in time", program.pid());
      }
    } catch (RejectedExecutionException e) {
      LOG.debug("program {}: its event loop has ended, and its pipes with it", program.pid());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitEnd(Program program) {
    long limit = System.nanoTime() + LAST_WAIT;
    while (!program.leader().reap() && System.nanoTime() < limit) {
      java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    running.remove(program);
  }
}
