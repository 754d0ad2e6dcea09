package org.sluice.cgi.internal.process;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.IOException;

/**
 * The calls of the C library that start, signal and await processes, bound through JNA for as long
 * as the bundle is active. Pointers are {@code long}: only 64-bit Linux is served.
 */
final class Libc {
  /** {@code O_CLOEXEC} and {@code O_NONBLOCK} of Linux on x86-64 and aarch64. */
  static final int O_CLOEXEC = 02000000;

  static final int O_NONBLOCK = 04000;
  static final int F_SETFL = 4;
  static final int WNOHANG = 1;
  static final int SIGTERM = 15;
  static final int SIGKILL = 9;
  static final int ESRCH = 3;
  static final int ECHILD = 10;

  private static boolean bound;

  private Libc() {}

  /**
   * Binds the calls, once.
   *
   * @throws IOException if this platform does not have them
   */
  static synchronized void bind() throws IOException {
    if (bound) {
      return;
    }
    if (System.getProperty("jna.tmpdir") == null) {
      // JNA unpacks its library into the user's cache folder otherwise, which may be noexec.
      System.setProperty("jna.tmpdir", System.getProperty("java.io.tmpdir"));
    }
    try {
      if (Native.POINTER_SIZE != 8) {
        throw new IOException("programs can be started on 64-bit systems only");
      }
      Native.register(Libc.class, NativeLibrary.getProcess());
      bound = true;
    } catch (LinkageError e) {
      throw new IOException(
          "programs cannot be started here: the C library lacks a call (glibc 2.34 or later is"
              + " needed), or JNA has no library for this platform: "
              + e.getMessage(),
          e);
    }
  }

  /** Releases the binding; no call may be made afterwards. */
  static synchronized void unbind() {
    if (bound) {
      Native.unregister(Libc.class);
      bound = false;
    }
  }

  static native int pipe2(int[] ends, int flags);

  static native int open(byte[] path, int flags);

  static native int close(int descriptor);

  static native int fcntl(int descriptor, int command, int argument);

  static native int kill(int process, int signal);

  static native int waitpid(int process, int[] status, int options);

  static native int posix_spawn(
      long process, long path, long actions, long attributes, long arguments, long environment);

  static native int posix_spawn_file_actions_init(long actions);

  static native int posix_spawn_file_actions_destroy(long actions);

  static native int posix_spawn_file_actions_adddup2(long actions, int from, int to);

  static native int posix_spawn_file_actions_addclosefrom_np(long actions, int from);

  static native int posix_spawn_file_actions_addchdir_np(long actions, long path);

  static native int posix_spawnattr_init(long attributes);

  static native int posix_spawnattr_setflags(long attributes, short flags);

  static native int posix_spawnattr_setsigdefault(long attributes, long signals);

  static native int posix_spawnattr_setsigmask(long attributes, long signals);
}
