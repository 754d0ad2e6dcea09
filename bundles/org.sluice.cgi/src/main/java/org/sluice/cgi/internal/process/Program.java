package org.sluice.cgi.internal.process;

import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.http.Body;

/**
 * A running program and its pipes on one event loop: output is pulled, input is pumped, standard
 * error is logged, and at the end nothing of it is left, neither a process of its group nor a zombie.
 *
 * <p>Life: started → output at its end, or {@link #terminate} → leader collected → group empty →
 * over. After the output's end the program has {@code killAfter} to end by itself and to write to
 * standard error; then its group gets SIGTERM, and SIGKILL as much later. Used on the loop.
 */
public final class Program {
  private static final Logger LOG = LoggerFactory.getLogger(Program.class);
  private static final long FIRST_LOOK = TimeUnit.MICROSECONDS.toNanos(500);
  private static final long LAST_LOOK = TimeUnit.MILLISECONDS.toNanos(50);

  /** What happens to a program; called on the loop. */
  public interface Watcher {
    /** Output may be there; {@link Program#read} tells. */
    void readable();

    /** It made no progress, or lived too long; it is being terminated already. */
    void expired(boolean idle);

    /** The request body broke off; the program is being terminated already. */
    void inputFailed(Throwable cause);

    /** A line of standard error, printable. */
    void errorLine(String line);

    /** It closed its input before the body's end; at most once. */
    void inputRefused();
  }

  private final Programs programs;
  private final ProgramLoop loop;
  private final Leader leader;
  private final ProgramLimits limits;
  private final Watcher watcher;
  private final Pipe out;
  private final Pipe err;
  private final ErrorLines errors;
  private final long started = System.nanoTime();
  private Consumer<Program> end;
  private InputPump input;
  private Future<?> timer;
  private long progress = started;
  private boolean wanted;
  private boolean outputOver;
  private boolean ending;
  private boolean termSent;
  private boolean killSent;
  private long endingSince;
  private long termSince;
  private long look = FIRST_LOOK;
  private boolean looking;
  private boolean over;

  Program(
      Programs programs,
      ProgramLoop loop,
      Spawner.Child child,
      ProgramLimits limits,
      Watcher watcher,
      Consumer<Program> end) {
    this.programs = programs;
    this.loop = loop;
    this.leader = new Leader(child.pid());
    this.limits = limits;
    this.watcher = watcher;
    this.end = end;
    this.out = new Pipe(loop, child.out(), this::outReady);
    this.err = new Pipe(loop, child.err(), this::errReady);
    this.errors = new ErrorLines(limits.errorBytes(), watcher::errorLine);
  }

  Leader leader() {
    return leader;
  }

  /** Process id of the leader. */
  public int pid() {
    return leader.pid();
  }

  /** When it was started, as {@link System#nanoTime()}. */
  public long started() {
    return started;
  }

  /** Begins; {@code body} is owned from here on, null for none. */
  void start(Body body, int in) {
    if (body != null) {
      input = new InputPump(loop, body, in, new InputWatcher());
    }
    out.watch(false);
    err.watch(false);
    arm();
    if (input != null) {
      input.start();
    }
    outReady();
  }

  /**
   * Reads output.
   *
   * @return bytes; none when there is nothing now, {@link Watcher#readable} is called then; null at
   *     the end
   */
  public byte[] read() throws IOException {
    if (outputOver) {
      return null;
    }
    byte[] bytes = out.read();
    if (bytes == null) {
      outputOver();
    } else if (bytes.length > 0) {
      progress();
      wanted = false;
    } else if (!wanted) {
      wanted = true;
      progress = System.nanoTime();
    }
    return bytes;
  }

  private void progress() {
    progress = System.nanoTime();
  }

  private void outReady() {
    if (!outputOver) {
      watcher.readable();
    }
  }

  private void errReady() {
    try {
      for (byte[] bytes = err.read(); bytes == null || bytes.length > 0; bytes = err.read()) {
        if (bytes == null) {
          errorOver();
          return;
        }
        progress();
        errors.add(bytes);
      }
    } catch (IOException e) {
      errorOver();
    }
  }

  private void errorOver() {
    if (err.isOpen()) {
      err.end();
      errors.finish();
      if (ending) {
        conclude();
      }
    }
  }

  private void outputOver() {
    if (!outputOver) {
      outputOver = true;
      out.end();
      errReady0();
      beginEnd();
    }
  }

  private void errReady0() {
    if (err.isOpen()) {
      errReady();
    }
  }

  private void beginEnd() {
    if (!ending) {
      ending = true;
      endingSince = System.nanoTime();
      conclude();
    }
  }

  /** Ends it, whatever it does: nobody wants its output any more. */
  public void terminate() {
    if (over || termSent) {
      return;
    }
    if (!outputOver) {
      outputOver = true;
      out.end();
    }
    if (input != null) {
      input.end();
    }
    sendTerm(System.nanoTime());
    beginEnd();
  }

  private void sendTerm(long now) {
    termSent = true;
    termSince = now;
    leader.signal(Libc.SIGTERM);
  }

  /** Looks whether it has ended, and helps when it is late. */
  private void conclude() {
    if (over) {
      return;
    }
    long now = System.nanoTime();
    boolean reaped = leader.isReaped();
    if (!reaped) {
      // While it writes to standard error it may still have something to say.
      boolean patient = err.isOpen() && !termSent && now - endingSince < limits.killAfter();
      if (!patient && leader.reap()) {
        reaped = true;
        programs.collected(this, end);
        end = null;
      }
    }
    if (reaped && !termSent) {
      // What the leader left behind in its group.
      sendTerm(now);
    }
    if (reaped && !leader.signal(0)) {
      finish();
      return;
    }
    press(now);
    lookAgain();
  }

  private void lookAgain() {
    if (!looking) {
      looking = true;
      loop.events().schedule(this::lookedAgain, look, TimeUnit.NANOSECONDS);
      look = Math.min(look * 2, LAST_LOOK);
    }
  }

  private void lookedAgain() {
    looking = false;
    conclude();
  }

  private void press(long now) {
    if (!termSent && now - endingSince >= limits.killAfter()) {
      sendTerm(now);
    } else if (termSent && !killSent && now - termSince >= limits.killAfter()) {
      killSent = true;
      leader.signal(Libc.SIGKILL);
      look = FIRST_LOOK;
    }
  }

  private void finish() {
    over = true;
    if (err.isOpen()) {
      errReady();
      err.end();
      errors.finish();
    }
    if (input != null) {
      input.end();
    }
    if (timer != null) {
      timer.cancel(false);
    }
    String ending = leader.ending();
    if (!ending.isEmpty()) {
      LOG.debug("program {} ended: {}", leader.pid(), ending);
    }
    programs.over(this);
  }

  /** One timer at a time; it looks again rather than being moved by every byte. */
  private void arm() {
    long now = System.nanoTime();
    long wait = Long.MAX_VALUE;
    if (limits.idle() > 0) {
      wait = Math.max(0, limits.idle() - (now - progress));
    }
    if (limits.lifetime() > 0) {
      wait = Math.min(wait, limits.lifetime() - (now - started));
    }
    if (wait < Long.MAX_VALUE) {
      timer = loop.events().schedule(this::look, Math.max(0, wait), TimeUnit.NANOSECONDS);
    }
  }

  private void look() {
    if (over || outputOver) {
      return;
    }
    long now = System.nanoTime();
    boolean lived = limits.lifetime() > 0 && now - started >= limits.lifetime();
    boolean mayIdle = !wanted || (input != null && input.waitsForClient());
    if (mayIdle) {
      // It is the client's turn, whose own time limits hold.
      progress = now;
    }
    boolean idle = limits.idle() > 0 && now - progress >= limits.idle();
    if (lived || idle) {
      terminate();
      watcher.expired(!lived);
    } else {
      arm();
    }
  }

  private final class InputWatcher implements InputPump.Watcher {
    @Override
    public void progress() {
      Program.this.progress();
    }

    @Override
    public void failed(Throwable cause) {
      if (outputOver) {
        // The answer is whole: with the exchange ended what was left of its request.
        return;
      }
      terminate();
      watcher.inputFailed(cause);
    }

    @Override
    public void refused() {
      watcher.inputRefused();
    }
  }
}
