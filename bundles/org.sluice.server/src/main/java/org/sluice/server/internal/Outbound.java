package org.sluice.server.internal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.FileRegion;
import io.netty.channel.unix.UnixChannel;

/**
 * What goes to a client: writes without a promise each, and knowledge of what the kernel has taken.
 * Used on the event loop.
 */
final class Outbound {
  private final ChannelHandlerContext ctx;
  private boolean closeResets;
  private long queued;
  private long taken;
  private FileRegion region;
  private long beforeRegion;
  private long watched;
  private long acknowledged;
  private long watchedSince;
  private KernelCounts kernel;
  private long expected;
  private Runnable onSurprise;
  private boolean fresh;

  /** Whether {@link #others} is known. */
  private boolean followed;

  /** Bytes of the connection that are not ours: of leases, and of the handshake. */
  private long others;

  Outbound(ChannelHandlerContext ctx) {
    this.ctx = ctx;
  }

  /**
   * A lease has ended with that much written to the connection. Should the kernel count more before
   * our next byte, somebody writes who has no business to: {@code alarm} is called then, and
   * resets.
   */
  void expect(long written, KernelCounts counts, Runnable alarm) {
    followed = false;
    expected = written;
    kernel = counts;
    onSurprise = alarm;
    fresh = true;
  }

  /** Time has passed since {@link #expect}: the kernel is to be asked again. */
  void stale() {
    fresh = false;
  }

  /**
   * Bytes written to the connection, for a client whose next request was there already when its
   * lease ended: then the kernel was asked in this very turn of the loop.
   *
   * @return -1 if the kernel must be asked
   */
  long justCounted() {
    if (!fresh || kernel == null) {
      return -1;
    }
    fresh = false;
    kernel = null;
    return expected;
  }

  /** Whether the connection counts as many bytes as the end of the last lease left there. */
  boolean agrees(long written) {
    boolean agrees = kernel == null || written == expected;
    kernel = null;
    return agrees;
  }

  private void lookAgain() {
    KernelCounts counts = kernel;
    Runnable alarm = onSurprise;
    kernel = null;
    onSurprise = null;
    UnixChannel channel = (UnixChannel) ctx.channel();
    if (!counts.takeWritten(SocketControl.of(channel)) || counts.written() != expected) {
      alarm.run();
    } else {
      followed = true;
      others = expected - queued;
      SocketControl.own(channel);
    }
  }

  /**
   * Whether nobody else has written to the connection since it came back from a lease, as far as
   * anything of ours was written since; asked when the kernel has taken all of it.
   */
  boolean isOurs(KernelCounts counts) {
    return !followed
        || (counts.takeWritten(SocketControl.of((UnixChannel) ctx.channel()))
            && counts.written() == others + queued);
  }

  /** Queues {@code bytes}, and takes them over. */
  void write(ByteBuf bytes) {
    if (kernel != null) {
      lookAgain();
    }
    queued += bytes.readableBytes();
    ctx.write(bytes, ctx.voidPromise());
  }

  /**
   * Takes {@code bytes} over and offers them to the kernel at once, which may keep them back until
   * somebody writes to the connection, as {@link HeldSend} says, or until {@link
   * SocketControl#push}.
   *
   * @return whether the kernel has taken all of them; false if something is queued, to be flushed
   */
  boolean hold(ByteBuf bytes) {
    if (kernel != null) {
      lookAgain();
    }
    if (isDrained()) {
      int n = HeldSend.send(SocketControl.of((UnixChannel) ctx.channel()), bytes);
      if (n > 0) {
        queued += n;
        bytes.skipBytes(n);
      }
      if (!bytes.isReadable()) {
        bytes.release();
        return true;
      }
    }
    write(bytes);
    return false;
  }

  /**
   * Queues a part of a file, and takes it over. When the file turns out to be shorter, Netty closes
   * the channel by itself: until {@link #whole} that close is a reset, never an orderly end.
   */
  void write(FileRegion region) {
    SocketControl.closeResets((UnixChannel) ctx.channel(), true);
    closeResets = true;
    this.region = region;
    beforeRegion = queued;
    queued += region.count();
    ctx.write(region, ctx.voidPromise());
  }

  /** The response has left completely. */
  void whole() {
    if (closeResets) {
      closeResets = false;
      region = null;
      SocketControl.closeResets((UnixChannel) ctx.channel(), false);
    }
  }

  /** Offers to the kernel what is queued. */
  void flush() {
    ctx.flush();
    taken();
  }

  /** Whether the kernel has taken everything that was flushed; false on a closed channel. */
  boolean isDrained() {
    ChannelOutboundBuffer pending = pending();
    return pending != null && pending.isEmpty();
  }

  /** Whether little enough waits that more may be queued. */
  boolean isWritable() {
    return ctx.channel().isWritable();
  }

  /** Calls {@code listener} when the kernel has taken everything, or the channel was closed. */
  void whenDrained(ChannelFutureListener listener) {
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(listener);
  }

  /** Bytes queued so far. */
  long queued() {
    return queued;
  }

  /** Bytes the kernel took so far; after the channel was closed, those known to be. */
  long taken() {
    ChannelOutboundBuffer pending = pending();
    if (pending != null) {
      taken = queued - (pending.isEmpty() ? 0 : remaining(pending));
    } else if (region != null && region.transferred() > 0) {
      // A write that failed has closed the channel before anybody could look.
      taken = Math.max(taken, beforeRegion + region.transferred());
    }
    return taken;
  }

  /**
   * Whether something waits and, for {@code limit} nanoseconds, neither the kernel took a byte nor
   * the client acknowledged one. Called now and then with the time.
   *
   * <p>Both count: the kernel holds megabytes for a client and takes more only when a third of them
   * has left, which with a slow client may last longer than the limit.
   */
  boolean isStalled(long now, long limit, KernelCounts counts) {
    if (limit == 0 || isDrained() || pending() == null) {
      watchedSince = 0;
      return false;
    }
    long progress = taken();
    if (watchedSince == 0 || progress != watched) {
      watched = progress;
      acknowledged = -1;
      watchedSince = now;
      return false;
    }
    // A system call, and only for those of whom the kernel took nothing since the last look.
    long its = counts.acknowledged(SocketControl.of((UnixChannel) ctx.channel()));
    if (its != acknowledged) {
      acknowledged = its;
      watchedSince = now;
      return false;
    }
    return now - watchedSince >= limit;
  }

  private ChannelOutboundBuffer pending() {
    Channel channel = ctx.channel();
    return channel.unsafe().outboundBuffer();
  }

  private static long remaining(ChannelOutboundBuffer pending) {
    long[] sum = new long[1];
    try {
      pending.forEachFlushedMessage(
          message -> {
            if (message instanceof ByteBuf bytes) {
              sum[0] += bytes.readableBytes();
            } else if (message instanceof FileRegion region) {
              sum[0] += region.count() - region.transferred();
            }
            return true;
          });
    } catch (Exception e) {
      // Netty's signature only; the counting above throws nothing.
      throw new IllegalStateException(e);
    }
    return sum[0];
  }
}
