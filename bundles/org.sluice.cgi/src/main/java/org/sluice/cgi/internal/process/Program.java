package org.sluice.cgi.internal.process;

import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.http.Body;
import org.sluice.cgi.internal.Answering;

/**
 * A running program and its pipes on one event loop: output is pulled, input is pumped, standard
 * error is logged, and at the end nothing of it is left, neither a process of its group nor a
 * zombie.
 *
 * <p>Life: started → output at its end, or {@link #terminate} → leader collected → group empty →
 * over. After the output's end the program has {@code killAfter} to end by itself and to write to
 * standard error; then its group gets SIGTERM, and SIGKILL as much later. Used on the loop.
 */
public final class Program implements Answering {
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
  private final Deadlines deadlines;
  private Consumer<Program> end;
  private InputPump input;
  private boolean outputOver;
  private boolean ending;
  private boolean termSent;
  private boolean killSent;
  private long endingSince;
  private long termSince;
  private long look = FIRST_LOOK;
  private Future<?> next;
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
    this.deadlines = new Deadlines(loop, limits, new Limited());
    this.out = new Pipe(loop, child.out(), this::outReady);
    this.err = new Pipe(loop, child.err(), this::errReady);
    this.errors = new ErrorLines(limits.errorBytes(), watcher::errorLine);
  }

  ProgramLoop loop() {
    return loop;
  }

  Leader leader() {
    return leader;
  }

  /** Process id of the leader. */
  @Override
  public int pid() {
    return leader.pid();
  }

  /** When it was started, as {@link System#nanoTime()}. */
  @Override
  public long started() {
    return deadlines.started();
  }

  /** Begins; {@code body} is owned from here on, null for none. */
  void start(Body body, int in) {
    if (body != null) {
      input = new InputPump(loop, body, in, new InputWatcher());
    }
    out.watch(false);
    err.watch(false);
    deadlines.arm();
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
  @Override
  public byte[] read() throws IOException {
    if (outputOver) {
      return null;
    }
    byte[] bytes = out.read();
    if (bytes == null) {
      outputOver();
    } else if (bytes.length > 0) {
      deadlines.served();
    } else {
      deadlines.wanted();
    }
    return bytes;
  }

  private void outReady() {
    if (!outputOver) {
      watcher.readable();
    }
  }

  private void errReady() {
    try {
      for (int reads = 0; reads < ProgramLoop.TURN && err.isOpen(); reads++) {
        byte[] bytes = err.read();
        if (bytes == null) {
          errorOver();
          return;
        }
        if (bytes.length == 0) {
          return;
        }
        deadlines.progress();
        errors.add(bytes);
      }
      if (err.isOpen()) {
        // No event comes for what is there already.
        loop.events().execute(this::errReady);
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
      errReady();
      beginEnd();
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
  @Override
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

  /** The bundle leaves: lets go of the pipes; who called has killed and collected the process. */
  void abandon() {
    over = true;
    outputOver = true;
    out.end();
    err.end();
    if (input != null) {
      input.end();
    }
    deadlines.end();
    if (next != null) {
      next.cancel(false);
    }
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
    if (next == null) {
      next = loop.events().schedule(this::lookedAgain, look, TimeUnit.NANOSECONDS);
      look = Math.min(look * 2, LAST_LOOK);
    }
  }

  private void lookedAgain() {
    next = null;
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
    deadlines.end();
    String ending = leader.ending();
    if (!ending.isEmpty()) {
      LOG.debug("program {} ended: {}", leader.pid(), ending);
    }
    programs.over(this);
  }

  private final class Limited implements Deadlines.Limited {
    @Override
    public boolean isOver() {
      return over || outputOver;
    }

    @Override
    public boolean waitsForClient() {
      return input != null && input.waitsForClient();
    }

    @Override
    public void expired(boolean idle) {
      terminate();
      watcher.expired(idle);
    }
  }

  private final class InputWatcher implements InputPump.Watcher {
    @Override
    public void progress() {
      deadlines.progress();
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
