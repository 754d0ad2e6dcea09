package org.sluice.server.internal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.sluice.api.http.Body;
import org.sluice.api.http.Headers;

/**
 * Pulls a body and queues it, while the client takes it. Owns the body and closes it.
 *
 * <p>Asks for the next buffer only when the queue is short, so that a slow client holds back the
 * producer. Bodies that have their buffers at hand are pulled in a loop, never recursively, and
 * give the event loop back after {@link #TURN} bytes. Used on the event loop.
 */
final class BodyPump {
  /** Most bytes copied into one buffer. */
  private static final int PIECE = 32 * 1024;

  /** Most bytes queued before other connections have their turn. */
  private static final int TURN = 1024 * 1024;

  private final Outbound outbound;
  private final ByteBufAllocator allocator;
  private final Executor executor;
  private final Body body;
  private final boolean chunked;
  private final Consumer<Throwable> end;
  private long left;
  private long sent;
  private ByteBuffer current;
  private Headers trailers = Headers.empty();
  private boolean running;
  private boolean waiting;
  private boolean over;

  /**
   * A pump that has not begun.
   *
   * @param chunked whether each buffer becomes a chunk
   * @param length exact number of bytes the body must have, -1 for any
   * @param end called once, with null when everything was queued and flushed
   */
  BodyPump(
      Outbound outbound,
      Loop loop,
      Body body,
      boolean chunked,
      long length,
      Consumer<Throwable> end) {
    this.outbound = outbound;
    this.allocator = loop.allocator();
    this.executor = loop.executor();
    this.body = body;
    this.chunked = chunked;
    this.left = length;
    this.end = end;
  }

  /** Bytes of the body queued so far. */
  long sent() {
    return sent;
  }

  /** Trailers that were queued. */
  Headers trailers() {
    return chunked && over ? trailers : Headers.empty();
  }

  /** Begins, or goes on after the queue has become short. */
  void run() {
    if (running || waiting || over) {
      return;
    }
    running = true;
    long turn = sent + TURN;
    try {
      while (!over && step()) {
        if (sent >= turn) {
          outbound.flush();
          executor.execute(this::run);
          break;
        }
      }
    } finally {
      running = false;
    }
  }

  /** Gives up; nothing is called any more. */
  void cancel() {
    over = true;
    body.close();
  }

  /** One buffer further. False if something has to happen first. */
  private boolean step() {
    if (!outbound.isWritable()) {
      outbound.flush();
      return outbound.isWritable();
    }
    if (current != null && current.hasRemaining()) {
      return writePiece();
    }
    CompletableFuture<ByteBuffer> next;
    try {
      CompletionStage<ByteBuffer> stage = body.read();
      if (stage == null) {
        throw new IllegalStateException(body.getClass().getName() + ": read() gave no stage");
      }
      next = stage.toCompletableFuture();
    } catch (Throwable e) {
      // Of a plug-in anything: thrown on, it would leave the client waiting.
      finish(e);
      return false;
    }
    if (next.isDone() && !next.isCompletedExceptionally()) {
      return arrived(next.join());
    }
    outbound.flush();
    waiting = true;
    next.whenComplete((buffer, failure) -> executor.execute(() -> resume(buffer, failure)));
    return false;
  }

  private void resume(ByteBuffer buffer, Throwable failure) {
    waiting = false;
    if (over) {
      return;
    }
    if (failure != null) {
      finish(failure);
    } else if (arrived(buffer)) {
      run();
    }
  }

  private boolean arrived(ByteBuffer buffer) {
    current = buffer;
    if (buffer != null) {
      return true;
    }
    if (left > 0) {
      finish(new IOException("the body is " + left + " bytes shorter than its length"));
    } else {
      if (chunked) {
        byte[] last;
        try {
          trailers = body.trailers();
          last = HeadWriter.lastChunk(trailers);
        } catch (Throwable e) {
          finish(e);
          return false;
        }
        outbound.write(allocator.directBuffer(last.length).writeBytes(last));
      }
      outbound.flush();
      finish(null);
    }
    return false;
  }

  private boolean writePiece() {
    int n = Math.min(current.remaining(), PIECE);
    if (left >= 0) {
      if (n > left) {
        finish(new IOException("the body is longer than its length"));
        return false;
      }
      left -= n;
    }
    ByteBuf piece = allocator.directBuffer(n + (chunked ? 10 : 0));
    if (chunked) {
      writeSize(piece, n);
    }
    int limit = current.limit();
    piece.writeBytes(current.limit(current.position() + n));
    current.limit(limit);
    if (chunked) {
      piece.writeShort('\r' << 8 | '\n');
    }
    sent += n;
    outbound.write(piece);
    return true;
  }

  /** RFC 9112 section 7.1: size in hex, CRLF. */
  private static void writeSize(ByteBuf piece, int n) {
    for (int shift = (31 - Integer.numberOfLeadingZeros(n)) & ~3; shift >= 0; shift -= 4) {
      piece.writeByte("0123456789abcdef".charAt(n >> shift & 15));
    }
    piece.writeShort('\r' << 8 | '\n');
  }

  private void finish(Throwable failure) {
    over = true;
    body.close();
    end.accept(failure);
  }
}
