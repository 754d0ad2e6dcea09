package org.sluice.cgi.internal.process;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Starts programs with {@code posix_spawn}: nothing of the JVM is copied, and the child becomes the
 * leader of a process group of its own, gets all signals in their default state and no descriptor
 * but its three. That is what {@code ProcessBuilder} cannot do without two more programs in
 * between, at a third of the speed (see the bundle's README).
 *
 * <p>A group and no session: with {@code setsid} Linux gives each program a scheduling group of its
 * own, which takes longer than the rest of the start and lets eight programs outweigh the front.
 */
final class Spawner {
  private static final short SETPGROUP = 0x02;
  private static final short SETSIGDEF = 0x04;
  private static final short SETSIGMASK = 0x08;

  /** More than {@code posix_spawnattr_t} and {@code sigset_t} of any C library. */
  private static final int ATTRIBUTES = 512;

  private static final int SIGNALS = 128;

  private static final int IN = 0;
  private static final int OUT = 1;
  private static final int ERR = 2;

  private final ConcurrentLinkedQueue<SpawnBlock> blocks = new ConcurrentLinkedQueue<>();
  private Memory attributes;
  private int nothing;

  /** Descriptors of our ends: not inherited, not blocking. {@code in} is -1 without a pipe. */
  record Child(int pid, int in, int out, int err) {}

  private synchronized long attributes() throws IOException {
    if (attributes == null) {
      Libc.bind();
      Memory memory = new Memory(ATTRIBUTES + SIGNALS);
      memory.clear();
      long at = Pointer.nativeValue(memory);
      long signals = at + ATTRIBUTES;
      Libc.posix_spawnattr_init(at);
      Libc.posix_spawnattr_setflags(at, (short) (SETPGROUP | SETSIGDEF | SETSIGMASK));
      Libc.posix_spawnattr_setsigmask(at, signals);
      memory.setMemory(ATTRIBUTES, SIGNALS, (byte) 0xff);
      Libc.posix_spawnattr_setsigdefault(at, signals);
      nothing =
          Libc.open(
              "/dev/null\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII), Libc.O_CLOEXEC);
      if (nothing < 0) {
        throw new SpawnException("/dev/null: " + SpawnException.text(lastError()), lastError());
      }
      attributes = memory;
    }
    return Pointer.nativeValue(attributes);
  }

  /**
   * Starts a program. Blocks until it is running, some tenths of a millisecond.
   *
   * @throws SpawnException if it does not run; nothing is left behind then
   */
  Child start(SpawnPlan plan) throws IOException {
    long how = attributes();
    int[] in = {-1, -1};
    int[] out = {-1, -1};
    int[] err = {-1, -1};
    SpawnBlock block = blocks.poll();
    if (block == null) {
      block = new SpawnBlock();
    }
    boolean started = false;
    try {
      if (plan.input()) {
        pipe(in, 1);
      }
      pipe(out, 0);
      pipe(err, 0);
      block.fill(plan);
      spawn(plan, block, how, plan.input() ? in[0] : nothing, out[1], err[1]);
      started = true;
      return new Child(block.process(), in[1], out[0], err[0]);
    } finally {
      blocks.add(block);
      close(in[0], out[1], err[1]);
      if (!started) {
        close(in[1], out[0], err[0]);
      }
    }
  }

  private static void spawn(SpawnPlan plan, SpawnBlock block, long how, int in, int out, int err)
      throws SpawnException {
    long actions = block.actions();
    Libc.posix_spawn_file_actions_init(actions);
    int failure;
    try {
      Libc.posix_spawn_file_actions_adddup2(actions, in, IN);
      Libc.posix_spawn_file_actions_adddup2(actions, out, OUT);
      Libc.posix_spawn_file_actions_adddup2(actions, err, ERR);
      Libc.posix_spawn_file_actions_addclosefrom_np(actions, ERR + 1);
      Libc.posix_spawn_file_actions_addchdir_np(actions, block.directory());
      failure =
          Libc.posix_spawn(
              block.processAddress(),
              block.path(),
              actions,
              how,
              block.arguments(),
              block.environment());
    } finally {
      Libc.posix_spawn_file_actions_destroy(actions);
    }
    if (failure != 0) {
      throw new SpawnException(
          Bytes.toText(plan.arguments().get(0)) + ": " + SpawnException.text(failure), failure);
    }
  }

  /** A pipe whose end {@code ours} does not block. */
  private static void pipe(int[] ends, int ours) throws SpawnException {
    if (Libc.pipe2(ends, Libc.O_CLOEXEC) != 0) {
      int errno = lastError();
      ends[0] = -1;
      ends[1] = -1;
      throw new SpawnException(SpawnException.text(errno), errno);
    }
    Libc.fcntl(ends[ours], Libc.F_SETFL, Libc.O_NONBLOCK);
  }

  private static int lastError() {
    return Native.getLastError();
  }

  static void close(int... descriptors) {
    for (int descriptor : descriptors) {
      if (descriptor >= 0) {
        Libc.close(descriptor);
      }
    }
  }

  /** The bundle leaves; nothing runs any more. */
  synchronized void end() {
    if (attributes != null) {
      Libc.close(nothing);
      attributes.close();
      attributes = null;
      Libc.unbind();
    }
  }
}
