package org.sluice.server.internal;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.sluice.api.http.Body;
import org.sluice.api.http.BytesBody;
import org.sluice.api.http.FileRegion;
import org.sluice.api.http.Response;
import org.sluice.server.internal.HeadWriter.Persistence;

/**
 * One final response on its way: head and a small body in one write, a file by sendfile, anything
 * else pulled by a pump. Used on the event loop.
 */
final class Reply implements HttpTransaction.Work {
  /** Bodies up to this size go into one buffer with the head. */
  private static final int INLINE = 64 * 1024;

  /**
   * Files up to this size are read into one buffer with the head: one segment, three calls less.
   */
  private static final int SMALL_FILE = 16 * 1024;

  private static final byte[] NOTHING = new byte[0];
  private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

  private final HttpTransaction transaction;
  private final boolean persist;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private BodyPump pump;

  private Reply(HttpTransaction transaction, boolean persist) {
    this.transaction = transaction;
    this.persist = persist;
  }

  /** Sends {@code response}. The stage completes when the kernel has taken all of it. */
  static CompletionStage<Void> start(HttpTransaction transaction, Response response) {
    HttpConnection connection = transaction.owner();
    Framing framing = Framing.write(transaction, response, connection.loop().headWriter());
    transaction.status(response.status(), connection.loop().headWriter().sent(response.headers()));
    Body body = response.body();
    if (!framing.hasBody() || body instanceof BytesBody && body.length() <= INLINE) {
      return sendWhole(transaction, framing, body);
    }
    boolean file = body instanceof FileRegion && framing.length() == body.length();
    if (file && body.length() <= SMALL_FILE) {
      return sendSmall(transaction, framing, (FileRegion) body);
    }
    Reply reply = new Reply(transaction, framing.persist());
    transaction.work(reply);
    transaction.firstByte();
    HeadWriter head = connection.loop().headWriter();
    Outbound outbound = connection.outbound();
    outbound.write(buffer(connection, head, 0));
    if (file) {
      transaction.bodyBytes(body.length());
      outbound.write(new OwnedRegion((FileRegion) body));
      outbound.flush();
      reply.whenTaken();
    } else {
      reply.pump =
          new BodyPump(
              outbound,
              connection.loop(),
              body,
              framing.chunked(),
              framing.length(),
              reply::pumped);
      reply.pump.run();
    }
    return reply.done;
  }

  /** Sends bytes that are a whole response, head included; the connection ends behind them. */
  static CompletionStage<Void> raw(HttpTransaction transaction, int status, Body bytes) {
    HttpConnection connection = transaction.owner();
    // The head is the program's own; there is nothing to tell of its fields.
    transaction.status(status, null);
    Reply reply = new Reply(transaction, false);
    transaction.work(reply);
    reply.pump =
        new BodyPump(connection.outbound(), connection.loop(), bytes, false, -1, reply::pumped);
    reply.pump.run();
    return reply.done;
  }

  private static CompletionStage<Void> sendWhole(
      HttpTransaction transaction, Framing framing, Body body) {
    HttpConnection connection = transaction.owner();
    byte[] bytes = framing.hasBody() ? ((BytesBody) body).bytes() : NOTHING;
    body.close();
    ByteBuf out = buffer(connection, connection.loop().headWriter(), bytes.length);
    return send(transaction, framing.persist(), out.writeBytes(bytes), bytes.length);
  }

  /** Reads on the loop, as sendfile would. */
  private static CompletionStage<Void> sendSmall(
      HttpTransaction transaction, Framing framing, FileRegion file) {
    HttpConnection connection = transaction.owner();
    int length = (int) file.length();
    ByteBuf out = buffer(connection, connection.loop().headWriter(), length);
    try {
      for (int done = 0; done < length; ) {
        int n = out.writeBytes(file.channel(), file.position() + done, length - done);
        if (n <= 0) {
          throw new EOFException("the file became shorter");
        }
        done += n;
      }
    } catch (IOException e) {
      out.release();
      file.close();
      transaction.abortNow("the response body failed: " + e.getMessage());
      return CompletableFuture.failedStage(e);
    }
    file.close();
    return send(transaction, framing.persist(), out, length);
  }

  private static CompletionStage<Void> send(
      HttpTransaction transaction, boolean persist, ByteBuf whole, int bodyBytes) {
    Outbound outbound = transaction.owner().outbound();
    outbound.write(whole);
    transaction.bodyBytes(bodyBytes);
    outbound.flush();
    if (outbound.isDrained()) {
      transaction.complete(persist);
      return DONE;
    }
    Reply reply = new Reply(transaction, persist);
    transaction.work(reply);
    reply.whenTaken();
    return reply.done;
  }

  /** The head, with room for {@code more} bytes. */
  private static ByteBuf buffer(HttpConnection connection, HeadWriter head, int more) {
    return connection
        .loop()
        .allocator()
        .directBuffer(head.length() + more)
        .writeBytes(head.array(), 0, head.length());
  }

  private void pumped(Throwable failure) {
    if (failure == null) {
      transaction.bodyBytes(pump.sent());
      transaction.trailers(pump.trailers());
      whenTaken();
      return;
    }
    transaction.bodyBytes(pump.sent());
    transaction.work(null);
    transaction.abortNow("the response body failed: " + failure.getMessage());
    done.completeExceptionally(failure);
  }

  private void whenTaken() {
    Outbound outbound = transaction.owner().outbound();
    if (outbound.isDrained()) {
      finish();
    } else {
      outbound.whenDrained(this::drained);
    }
  }

  private void drained(Future<? super Void> future) {
    if (future.isSuccess()) {
      finish();
    }
    // Otherwise the channel was closed, and the connection cancels this.
  }

  private void finish() {
    if (transaction.ended()) {
      return;
    }
    transaction.owner().outbound().whole();
    transaction.complete(persist);
    done.complete(null);
  }

  @Override
  public void writable() {
    if (pump != null) {
      pump.run();
    }
  }

  @Override
  public long body() {
    return pump == null ? 0 : pump.sent();
  }

  @Override
  public void cancel(IOException cause) {
    if (pump != null) {
      pump.cancel();
    }
    done.completeExceptionally(cause);
  }

  /**
   * How a response is delimited (RFC 9112 section 6.3).
   *
   * @param hasBody whether content follows the head
   * @param length exact length of the content, -1 if only its end tells
   * @param chunked whether it is sent in chunks
   * @param persist whether the connection goes on
   */
  private record Framing(boolean hasBody, long length, boolean chunked, boolean persist) {

    /** Decides, and writes the head into {@code head}. */
    static Framing write(HttpTransaction transaction, Response response, HeadWriter head) {
      RequestHead request = transaction.head();
      int status = response.status();
      head.begin(status, response.reason());
      head.fields(response.headers());
      head.identity();
      Framing framing = decide(request, status, response.body().length(), head.givenLength());
      boolean persist =
          transaction.mayPersist()
              && !head.givenClose()
              && (framing.chunked || framing.length >= 0)
              && (status != 413 || !request.hasBody());
      if (framing.chunked) {
        head.chunked();
      } else if (framing.hasBody && framing.length >= 0) {
        head.contentLength(framing.length);
      } else if (!framing.hasBody) {
        lengthOfNoBody(status, response.body().length(), head);
      }
      head.connection(
          !persist
              ? Persistence.CLOSE
              : request.minorVersion() == 0 ? Persistence.KEEP_ALIVE : Persistence.IMPLIED);
      head.end();
      return new Framing(framing.hasBody, framing.length, framing.chunked, persist);
    }

    private static Framing decide(RequestHead request, int status, long known, long given) {
      if (request.isHead() || status == 204 || status == 205 || status == 304) {
        return new Framing(false, 0, false, true);
      }
      long length = known >= 0 ? known : given;
      if (length >= 0) {
        return new Framing(true, length, false, true);
      }
      return new Framing(true, -1, request.minorVersion() >= 1, true);
    }

    /**
     * RFC 9110 section 8.6: what a GET would have got for HEAD and 304, nothing for 204, and 0 for
     * 205 (section 15.3.6).
     */
    private static void lengthOfNoBody(int status, long known, HeadWriter head) {
      long given = head.givenLength();
      if (status == 205) {
        head.contentLength(0);
      } else if (status != 204 && (known > 0 || given >= 0)) {
        head.contentLength(known > 0 ? known : given);
      }
    }
  }
}
