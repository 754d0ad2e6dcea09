package org.sluice.cgi.internal.process;

import com.sun.jna.Native;

/**
 * The process that leads a program's group. Signals go to its whole process group, and only as long
 * as the leader is not collected or a member of the group was there a moment ago: the kernel gives
 * the number to nobody else meanwhile. Any thread.
 */
final class Leader {
  private final int pid;
  private boolean reaped;
  private boolean groupGone;
  private int status;

  Leader(int pid) {
    this.pid = pid;
  }

  int pid() {
    return pid;
  }

  /** Sends a signal to the group; false when nobody is left in it. */
  synchronized boolean signal(int signal) {
    if (groupGone) {
      return false;
    }
    if (Libc.kill(-pid, signal) != 0 && Native.getLastError() == Libc.ESRCH) {
      groupGone = reaped;
    }
    return !groupGone;
  }

  /** Collects the leader if it has ended; true once it has. */
  synchronized boolean reap() {
    if (reaped) {
      return true;
    }
    int[] result = new int[1];
    int who = Libc.waitpid(pid, result, Libc.WNOHANG);
    if (who == pid || (who < 0 && Native.getLastError() == Libc.ECHILD)) {
      reaped = true;
      status = who == pid ? result[0] : 0;
    }
    return reaped;
  }

  synchronized boolean isReaped() {
    return reaped;
  }

  /** How it ended, for the log; empty for exit status 0. */
  synchronized String ending() {
    int signal = status & 0x7f;
    if (signal != 0) {
      return "killed by signal " + signal;
    }
    int code = status >> 8 & 0xff;
    return code == 0 ? "" : "exit status " + code;
  }
}
