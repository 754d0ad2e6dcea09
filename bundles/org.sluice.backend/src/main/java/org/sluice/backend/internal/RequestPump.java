package org.sluice.backend.internal;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.sluice.api.http.Body;
import org.sluice.api.http.Headers;

/**
 * Pulls a body and writes it to a backend while that takes it: a slow backend holds back the
 * client. Owns the body and closes it. Used on the backend connection's event loop.
 */
final class RequestPump {
  /** Most bytes copied into one buffer. */
  private static final int PIECE = 32 * 1024;

  /** Most bytes written before other connections have their turn. */
  private static final int TURN = 1024 * 1024;

  /** Who is told. */
  interface Listener {
    /** All of the body was written. */
    void pumped();

    /** The body could not be read; the request cannot become whole. */
    void bodyFailed(Throwable cause);

    /** It waits: for the backend if {@code backend}, else for whoever produces the body. */
    void waiting(boolean backend);
  }

  private final BackendConnection connection;
  private final Channel channel;
  private final Body body;
  private final boolean chunked;
  private final Listener listener;
  private ByteBuffer current;
  private boolean running;
  private boolean reading;
  private boolean over;
  private boolean discarding;
  private long sent;

  RequestPump(BackendConnection connection, Body body, boolean chunked, Listener listener) {
    this.connection = connection;
    this.channel = connection.channel();
    this.body = body;
    this.chunked = chunked;
    this.listener = listener;
  }

  /** Bytes of the body written so far. */
  long sent() {
    return sent;
  }

  /** Begins, or goes on after the backend has taken more. */
  void run() {
    if (running || reading || over) {
      return;
    }
    running = true;
    long turn = sent + TURN;
    try {
      while (!over && step()) {
        if (sent >= turn) {
          channel.flush();
          connection.loop().executor().execute(this::run);
          break;
        }
      }
    } finally {
      running = false;
    }
  }

  /** Goes on to the end of the body without writing any of it. */
  void discard() {
    discarding = true;
    run();
  }

  /** Gives up; nobody is told any more. */
  void cancel() {
    if (!over) {
      over = true;
      body.close();
    }
  }

  boolean isOver() {
    return over;
  }

  /** One buffer further. False if something has to happen first. */
  private boolean step() {
    if (!discarding && !channel.isWritable()) {
      channel.flush();
      if (!channel.isWritable()) {
        listener.waiting(true);
        return false;
      }
    }
    if (current != null && current.hasRemaining() && !discarding) {
      write();
      return true;
    }
    CompletableFuture<ByteBuffer> next;
    try {
      next = body.read().toCompletableFuture();
    } catch (RuntimeException e) {
      fail(e);
      return false;
    }
    if (next.isDone() && !next.isCompletedExceptionally()) {
      return arrived(next.join());
    }
    channel.flush();
    reading = true;
    listener.waiting(false);
    next.whenComplete(this::later);
    return false;
  }

  private void later(ByteBuffer buffer, Throwable failure) {
    if (connection.loop().executor().inEventLoop()) {
      resume(buffer, failure);
      return;
    }
    try {
      connection.loop().executor().execute(() -> resume(buffer, failure));
    } catch (RejectedExecutionException e) {
      body.close();
    }
  }

  private void resume(ByteBuffer buffer, Throwable failure) {
    reading = false;
    if (over) {
      return;
    }
    if (failure != null) {
      fail(failure);
    } else if (arrived(buffer)) {
      run();
    }
  }

  private boolean arrived(ByteBuffer buffer) {
    current = buffer;
    if (buffer != null) {
      return true;
    }
    over = true;
    if (chunked && !discarding) {
      byte[] last = lastChunk(body.trailers());
      channel.write(connection.loop().allocator().directBuffer(last.length).writeBytes(last));
    }
    body.close();
    channel.flush();
    listener.pumped();
    return false;
  }

  private void fail(Throwable cause) {
    over = true;
    body.close();
    listener.bodyFailed(cause);
  }

  private void write() {
    int n = Math.min(current.remaining(), PIECE);
    ByteBuf piece = connection.loop().allocator().directBuffer(n + (chunked ? 10 : 0));
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
    connection.backend().bytesOut.add(piece.readableBytes());
    channel.write(piece, channel.voidPromise());
  }

  /** RFC 9112 section 7.1: size in hex, CRLF. */
  private static void writeSize(ByteBuf piece, int n) {
    for (int shift = (31 - Integer.numberOfLeadingZeros(n)) & ~3; shift >= 0; shift -= 4) {
      piece.writeByte("0123456789abcdef".charAt(n >> shift & 15));
    }
    piece.writeShort('\r' << 8 | '\n');
  }

  private static byte[] lastChunk(Headers trailers) {
    StringBuilder out = new StringBuilder("0\r\n");
    for (int i = 0, n = trailers.size(); i < n; i++) {
      if (FieldRules.inTrailer(trailers.name(i))) {
        out.append(trailers.name(i)).append(": ").append(trailers.value(i)).append("\r\n");
      }
    }
    return out.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
