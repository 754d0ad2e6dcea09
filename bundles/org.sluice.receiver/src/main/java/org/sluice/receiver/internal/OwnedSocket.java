package org.sluice.receiver.internal;

import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.util.concurrent.TimeUnit;
import org.newsclub.net.unix.DescriptorSockets;
import org.sluice.receiver.HandedRequest;
import org.sluice.receiver.HandedSocket;

/**
 * A descriptor that came from the front, as a channel. It is non-blocking and waits in poll(2), so
 * that the flags which the front shares stay as they are.
 *
 * <p>A number that is closed may be a stranger's a moment later. So every system call but poll(2)
 * is made while holding this object's lock, which no call holds for long, and the number is closed
 * by the last to leave. The native library closes it too, when a call tells that the client is
 * gone; a thread that waits in poll(2) then may miss it, and looks again every second.
 */
public final class OwnedSocket implements HandedSocket {
  private static final ThreadLocal<ByteBuffer> SCRATCH =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(64 * 1024));

  private static final long SLICE_MILLIS = 1000;
  private static final String GONE = "The client is gone";

  private enum State {
    OPEN,
    FINISHED,
    ABORTED
  }

  private final FileDescriptor descriptor;
  private final Farewell farewell;
  private final long stallMillis;

  /** What a front wants to hear of a client that it has lent, or given with a memo. */
  interface Ending {
    /** The client goes back. */
    void back(int status, long written, long body, long read, boolean keep);

    /** The client is this process's own from here on. */
    void taken();

    /** A stream of this process's own has ended. */
    void ended(int status, long written, long body);
  }

  // Guarded by this.
  private Ending ending;
  private boolean lent;
  private boolean kept;
  private boolean gone;
  private boolean mayLive;
  private ByteBuffer ahead;

  /** Bytes of the request body still to be read; -1: not known, or nobody's business. */
  private long bodyLeft = -1;

  private boolean blocking = true;
  private ResponseHead head = new ResponseHead();
  private Runnable atRelease = () -> {};
  private long written;
  private long read;
  private State state = State.OPEN;
  private int users;
  private boolean released;

  /** Holds the descriptor of a socket, and changes nothing about it before {@link #own}. */
  OwnedSocket(FileDescriptor descriptor, Farewell farewell, long stallMillis) {
    this.descriptor = descriptor;
    this.farewell = farewell;
    this.stallMillis = stallMillis;
  }

  /** From here on every end but finish() is a reset, the death of this process included. */
  synchronized void own() throws IOException {
    DescriptorSockets.setLinger(descriptor, 0);
    DescriptorSockets.setNonBlocking(descriptor);
  }

  /** From here on nothing waits: reads and writes take what there is. */
  synchronized void neverWait() {
    blocking = false;
  }

  /** Has something called, once, when the descriptor is let go; at once if it was already. */
  void atRelease(Runnable action) {
    synchronized (this) {
      if (!released) {
        atRelease = action;
        return;
      }
    }
    action.run();
  }

  /** For poll(2) only. */
  FileDescriptor descriptor() {
    return descriptor;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    if (!into.hasRemaining()) {
      return 0;
    }
    enter();
    try {
      ByteBuffer direct = into.isDirect() ? into : scratch(into.remaining());
      long deadline = 0;
      int count;
      while ((count = readSome(direct)) == 0 && waits()) {
        deadline = await(SelectionKey.OP_READ, deadline);
      }
      if (!into.isDirect()) {
        into.put(direct.flip());
      }
      return count;
    } catch (IOException e) {
      throw endedHere(e);
    } finally {
      exit();
    }
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    int total = from.remaining();
    enter();
    try {
      long deadline = 0;
      while (from.hasRemaining()) {
        if (writeSome(from) > 0) {
          deadline = 0;
        } else if (waits()) {
          deadline = await(SelectionKey.OP_WRITE, deadline);
        } else {
          break;
        }
      }
      return total - from.remaining();
    } catch (IOException e) {
      throw endedHere(e);
    } finally {
      exit();
    }
  }

  private synchronized boolean waits() {
    return blocking;
  }

  private synchronized int readSome(ByteBuffer direct) throws IOException {
    if (bodyLeft == 0) {
      return -1; // What follows the body in a lease is the front's.
    }
    int limit = direct.limit();
    if (bodyLeft > 0) {
      direct.limit((int) Math.min(limit, direct.position() + bodyLeft));
    }
    int n;
    if (ahead != null && ahead.hasRemaining()) {
      n = Math.min(ahead.remaining(), direct.remaining());
      direct.put(ahead.slice().limit(n));
      ahead.position(ahead.position() + n);
    } else {
      n = DescriptorSockets.read(descriptor, direct);
      read += Math.max(0, n);
    }
    direct.limit(limit);
    bodyLeft -= bodyLeft > 0 ? Math.max(0, n) : 0;
    return n;
  }

  private synchronized int writeSome(ByteBuffer from) throws IOException {
    int start = from.position();
    if (from.isDirect()) {
      int n = DescriptorSockets.write(descriptor, from);
      head.written(from, start, from.position());
      written += n;
      return n;
    }
    ByteBuffer direct = scratch(from.remaining());
    direct.put(from.slice().limit(direct.remaining())).flip();
    int count = DescriptorSockets.write(descriptor, direct);
    from.position(start + count);
    head.written(from, start, start + count);
    written += count;
    return count;
  }

  /**
   * The front lends the client, or gives it with a memo.
   *
   * @param request what the front says of the request
   * @param rest bytes that the front has read already; they are read here first
   */
  synchronized void lent(Ending newEnding, HandedRequest request, ByteBuffer rest) {
    ending = newEnding;
    lent = request.lease() && !kept;
    mayLive = request.keep();
    bodyLeft = lent ? request.left() : -1;
    ahead = rest;
    if (request.members().get("sent") instanceof Long sent && sent > 0) {
      head = ResponseHead.sent();
    }
  }

  @Override
  public void giveBack(int status, long body) throws IOException {
    if (!back(status, body, true)) {
      finish(status, body);
    }
  }

  private boolean back(int status, long body, boolean keep) throws IOException {
    Ending tell;
    long out;
    long in;
    boolean live;
    synchronized (this) {
      if (!lent || state != State.OPEN) {
        return false;
      }
      DescriptorSockets.setLinger(descriptor, -1);
      state = State.FINISHED;
      lent = false;
      tell = ending;
      ending = null;
      out = written;
      in = read;
      live = keep && mayLive && bodyLeft == 0;
      release();
    }
    tell.back(status, out, body, in, live);
    return true;
  }

  @Override
  public void take() {
    Ending tell;
    synchronized (this) {
      if (!lent || state != State.OPEN) {
        return;
      }
      lent = false;
      bodyLeft = -1;
      tell = ending;
    }
    tell.taken();
  }

  /** The front has ended the connection. */
  void gone() {
    abort();
    synchronized (this) {
      gone = true;
    }
  }

  /** Whether the front, not the application, has ended the connection. */
  synchronized boolean isGone() {
    return gone;
  }

  /** The front has closed its copy. */
  synchronized void yours() {
    kept = true;
    lent = false;
  }

  /** Lets go of the client without a trace: it is somebody else's. */
  synchronized void drop() {
    if (state == State.OPEN) {
      state = State.ABORTED;
      release();
    }
  }

  private static ByteBuffer scratch(int length) {
    ByteBuffer scratch = SCRATCH.get().clear();
    return scratch.limit(Math.min(scratch.capacity(), length));
  }

  /** Waits for the client; returns the deadline of the wait, which the first call sets. */
  private long await(int operation, long deadline) throws IOException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
    if (!descriptor.valid()) {
      throw new SocketException(GONE);
    }
    long until = deadline;
    long left = SLICE_MILLIS;
    if (stallMillis > 0) {
      long now = System.nanoTime();
      until = deadline == 0 ? now + TimeUnit.MILLISECONDS.toNanos(stallMillis) : deadline;
      left = TimeUnit.NANOSECONDS.toMillis(until - now);
      if (left <= 0) {
        throw new SocketTimeoutException(
            (operation == SelectionKey.OP_READ ? "No byte from" : "No byte taken by")
                + " the client for "
                + stallMillis
                + " ms");
      }
    }
    DescriptorSockets.poll(descriptor, operation, (int) Math.min(left, SLICE_MILLIS));
    return until;
  }

  private IOException endedHere(IOException e) {
    if (isOpen() || e instanceof ClosedChannelException) {
      return e;
    }
    IOException closed = new ClosedChannelException();
    closed.addSuppressed(e);
    return closed;
  }

  @Override
  public InetSocketAddress remoteAddress() throws IOException {
    synchronized (this) {
      if (state != State.OPEN) {
        throw new ClosedChannelException();
      }
      return descriptor.valid() ? DescriptorSockets.peer(descriptor) : null;
    }
  }

  @Override
  public void finish() throws IOException {
    int status;
    long body;
    synchronized (this) {
      status = head.status();
      body = head.body(written);
    }
    finish(status, body);
  }

  @Override
  public void finish(int status, long body) throws IOException {
    if (back(status, body, false)) {
      return;
    }
    Ending tell;
    long out;
    synchronized (this) {
      out = written;
      if (state == State.FINISHED) {
        return;
      }
      if (state == State.ABORTED) {
        throw new ClosedChannelException();
      }
      try {
        if (!descriptor.valid()) {
          throw new SocketException(GONE);
        }
        DescriptorSockets.setLinger(descriptor, -1);
        DescriptorSockets.shutdown(descriptor, false, true);
      } catch (IOException e) {
        abort();
        throw e;
      }
      state = State.FINISHED;
      tell = ending;
      ending = null;
    }
    farewell.add(this);
    if (tell != null) {
      tell.ended(status, out, body);
    }
  }

  @Override
  public void abort() {
    Ending tell;
    int status;
    long out;
    long body;
    synchronized (this) {
      if (state != State.OPEN) {
        return;
      }
      // Of a lease the front sees the end itself.
      tell = lent ? null : ending;
      ending = null;
      status = head.status();
      out = written;
      body = head.body(written);
      reset();
    }
    if (tell != null) {
      tell.ended(status, out, body);
    }
  }

  private void reset() {
    state = State.ABORTED;
    try {
      // Wakes who waits in poll, and reaches the client even while the front holds its copy.
      if (descriptor.valid()) {
        DescriptorSockets.reset(descriptor);
      }
    } catch (IOException e) {
      wake();
    }
    release();
  }

  @Override
  public void close() {
    abort();
  }

  @Override
  public synchronized boolean isOpen() {
    return state == State.OPEN;
  }

  /** Reads what the client has sent; only after the end of this side. Returns -1 at its end. */
  synchronized int discard(ByteBuffer into) throws IOException {
    return DescriptorSockets.read(descriptor, into.clear());
  }

  /** Gives the descriptor back to the system as soon as nobody uses it. */
  synchronized void release() {
    if (!released) {
      released = true;
      atRelease.run();
    }
    if (users == 0) {
      closeDescriptor();
    } else if (state == State.FINISHED) {
      wake();
    }
  }

  private synchronized void enter() throws ClosedChannelException {
    if (state != State.OPEN) {
      throw new ClosedChannelException();
    }
    users++;
  }

  private synchronized void exit() {
    users--;
    if (released && users == 0) {
      closeDescriptor();
    }
  }

  private synchronized void wake() {
    try {
      DescriptorSockets.shutdown(descriptor, true, true);
    } catch (IOException e) {
      Log.debug("Shutdown of a client's connection failed", e);
    }
  }

  private void closeDescriptor() {
    try {
      DescriptorSockets.close(descriptor);
    } catch (IOException e) {
      Log.debug("Close of a client's connection failed", e);
    }
  }
}
