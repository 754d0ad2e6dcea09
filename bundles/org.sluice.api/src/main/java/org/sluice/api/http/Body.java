package org.sluice.api.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The content of a message: a one-shot sequence of buffers that its consumer pulls.
 *
 * <p><b>Demand.</b> Nothing is produced before {@link #read()}; at most one read may be
 * outstanding. The engine reads a response body only while the client takes it, and reads a request
 * body from the socket only when it is asked for.
 *
 * <p><b>Ownership.</b> A buffer is lent: it is valid until the next {@code read()} or {@link
 * #close()}, and its position may be moved. Whoever consumes a body closes it, exactly one owner at
 * any moment; passing a body to {@link Exchange#respond} passes its ownership.
 *
 * <p><b>Threads.</b> {@code read()} may be called on any thread, one call at a time. A producer
 * that has to block completes the stage from a thread of its own ({@link Exchange#workers()}).
 */
@ConsumerType
public interface Body {

  /** Length in bytes when it is known before the end, else -1. Does not change. */
  long length();

  /**
   * Asks for the next buffer.
   *
   * @return completes with a buffer of at least one byte, or with null at the end (and for every
   *     later call); exceptionally when the content cannot be completed, after which the message is
   *     aborted, never ended as if it were whole
   */
  CompletionStage<ByteBuffer> read();

  /** Trailer fields (RFC 9110 section 6.5), valid once {@link #read()} gave null; never null. */
  default Headers trailers() {
    return Headers.empty();
  }

  /**
   * Gives up the rest and frees what the body holds. May be called at any time, on any thread,
   * again.
   */
  void close();

  /** A body of no bytes. */
  static Body empty() {
    return BytesBody.EMPTY;
  }

  /** A body of these bytes, which are not copied and must not be changed afterwards. */
  static Body of(byte[] bytes) {
    return bytes.length == 0 ? BytesBody.EMPTY : new BytesBody(bytes);
  }

  /** A body of the UTF-8 bytes of {@code text}. */
  static Body of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }
}
