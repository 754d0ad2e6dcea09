package org.sluice.server.internal;

import io.netty.channel.ChannelException;
import io.netty.channel.unix.Socket;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Descriptors that new clients do not get. Who was accepted needs some to be served with: for a
 * file, a program, a connection to a receiver; and so do the shell and {@code etc/}. Without a
 * reserve each one that becomes free goes to the next client in the kernel's queue.
 *
 * <p>The kernel gives the lowest number that is free, so a number tells whether all below are in
 * use. That is known for nothing when a client is accepted; once it was so, the acceptors look
 * before each further client. All acceptors of the engine share this; any thread.
 */
final class DescriptorReserve {
  private static final Logger LOG = LoggerFactory.getLogger(DescriptorReserve.class);
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final File OPEN = new File("/proc/self/fd");
  private static final String LINE = "Max open files";
  private static final int LEAST = 16;
  private static final int MOST = 512;
  private static final int PART = 16;

  /** A limit that leaves less than that to clients is hardly meant. */
  private static final int CLIENTS = 32;

  /** How long acceptors look before they accept, after there was no room. */
  private static final long CAREFUL_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final int begin;
  private final IntPredicate free;
  private final IntSupplier clients;
  private final AtomicBoolean told = new AtomicBoolean();

  /** Clients with a descriptor of the reserve: several acceptors may take the last free one. */
  private final AtomicInteger beyond = new AtomicInteger();

  private final Set<Acceptor> waiting = ConcurrentHashMap.newKeySet();
  private volatile boolean careful;
  private volatile long carefulSince;

  /**
   * The reserve of this process.
   *
   * @param clients tells how many there are
   */
  DescriptorReserve(IntSupplier clients) {
    int limit = limit();
    this.begin = limit - size(limit);
    this.free = this::areFree;
    this.clients = clients;
  }

  /**
   * A reserve for tests.
   *
   * @param begin the first number that is no client's
   * @param free tells whether so many numbers below are free
   */
  DescriptorReserve(int begin, IntPredicate free, IntSupplier clients) {
    this.begin = begin;
    this.free = free;
    this.clients = clients;
  }

  private static int size(int limit) {
    return Math.max(LEAST, Math.min(MOST, limit / PART));
  }

  // ---- acceptors

  /** A client was accepted with that descriptor, and is there. */
  void comes(int descriptor) {
    if (descriptor >= begin) {
      beyond.incrementAndGet();
      shortage();
    }
  }

  /** A client has ended and its descriptor is closed: who waits looks again. */
  void leaves(int descriptor) {
    if (descriptor >= begin) {
      beyond.decrementAndGet();
    }
    for (Acceptor acceptor : waiting) {
      acceptor.resume();
    }
  }

  /** There was no room for a client: from now on each acceptor looks first. */
  void shortage() {
    carefulSince = System.nanoTime();
    careful = true;
  }

  /** Whether one more client may be accepted. */
  boolean hasRoom() {
    if (!careful) {
      return true;
    }
    if (look()) {
      careful = System.nanoTime() - carefulSince < CAREFUL_NANOS;
      return true;
    }
    shortage();
    return false;
  }

  /** With no clients at all there is nobody to keep descriptors for. */
  private synchronized boolean look() {
    return free.test(beyond.get() + 1) || clients.getAsInt() == 0;
  }

  /** The acceptor is to be told when a client ends. */
  void waits(Acceptor acceptor) {
    waiting.add(acceptor);
  }

  /** It accepts again, or never more. */
  void forget(Acceptor acceptor) {
    waiting.remove(acceptor);
  }

  /** Takes them for a moment: no number is given to two. */
  private boolean areFree(int count) {
    List<Socket> taken = new ArrayList<>(count);
    boolean below = true;
    try {
      while (below && taken.size() < count) {
        Socket socket = Socket.newSocketDomain();
        taken.add(socket);
        below = socket.intValue() < begin;
      }
    } catch (ChannelException e) {
      // None is left at all (EMFILE).
      below = false;
    }
    for (Socket socket : taken) {
      close(socket);
    }
    return below;
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("closing a socket that was never used failed", e);
    }
  }

  // ---- the limit

  /** Says once that clients will hardly be served; asked when a listener is there. */
  void warnOfLimit() {
    if (told.compareAndSet(false, true)) {
      int limit = limit();
      String[] open = OPEN.list();
      // Not even that could be opened, or else one was open for the list itself.
      String warning = warning(limit, open == null ? limit : open.length - 1);
      if (warning != null) {
        LOG.warn("{}", warning);
      }
    }
  }

  /** What is said of a limit when so many descriptors are in use, or null if it will do. */
  static String warning(int limit, int used) {
    int left = Math.max(0, limit - size(limit) - used);
    if (left >= CLIENTS) {
      return null;
    }
    int least = used + CLIENTS;
    int needed = least + Math.max(LEAST, Math.min(MOST, (least - 1) / (PART - 1)));
    return "only "
        + left
        + " descriptors are left for clients: the limit is "
        + limit
        + ", the front itself uses "
        + used
        + ", and "
        + size(limit)
        + " are kept to serve clients with; at least "
        + needed
        + " are needed, for many clients thousands: raise the limit (ulimit -n, or LimitNOFILE= of"
        + " the systemd unit)";
  }

  /** RLIMIT_NOFILE, which the JVM has raised to the hard limit; the most if it cannot be told. */
  private static int limit() {
    try {
      for (String line : Files.readAllLines(LIMITS)) {
        if (line.startsWith(LINE)) {
          String soft = line.substring(LINE.length()).strip().split(" ", 2)[0];
          return (int) Math.min(Integer.MAX_VALUE, Long.parseLong(soft));
        }
      }
    } catch (IOException | NumberFormatException e) {
      // "unlimited", or no /proc
    }
    return Integer.MAX_VALUE;
  }
}
