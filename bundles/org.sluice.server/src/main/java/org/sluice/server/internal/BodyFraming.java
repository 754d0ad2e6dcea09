package org.sluice.server.internal;

import io.netty.buffer.ByteBuf;
import org.sluice.api.engine.Refusal;
import org.sluice.api.http.Headers;
import org.sluice.api.wire.MalformedException;

/**
 * Where a request body ends (RFC 9112 section 6). Finds content in the connection's buffer and
 * leaves what lies behind the body in it. Used on the event loop.
 */
abstract class BodyFraming {
  private long content;
  private long consumed;
  private boolean ended;

  /** The framing of a request with a body. */
  static BodyFraming of(RequestHead head, Limits limits) {
    return head.chunked() ? new ChunkedFraming(limits) : new LengthFraming(head.contentLength());
  }

  /**
   * Judges what of a chunked body is there already, without consuming it: a request that can be
   * seen to be broken is refused before anybody acts on it.
   *
   * @return why the request is refused, or null
   */
  static Refusal judge(ByteBuf in, Limits limits) {
    BodyFraming framing = new ChunkedFraming(limits);
    try {
      framing.lookThrough(in);
      return null;
    } catch (MalformedException e) {
      return new Refusal(Refused.status(e), e.getMessage());
    }
  }

  /** Goes as far as {@code in} reaches, as if all of it were taken; nothing of it is. */
  final void lookThrough(ByteBuf in) throws MalformedException {
    ByteBuf view = in.duplicate();
    for (int n = ready(view); n > 0; n = ready(view)) {
      view.skipBytes(n);
      took(n);
    }
  }

  /**
   * Skips framing and says how many bytes from the reader's position on are content.
   *
   * @return 0 if more input is needed or the body has ended
   * @throws MalformedException if the framing is broken: nothing behind it can be trusted
   */
  final int ready(ByteBuf in) throws MalformedException {
    if (ended) {
      return 0;
    }
    int before = in.readerIndex();
    int n = find(in);
    consumed += in.readerIndex() - before;
    return n;
  }

  /** The caller has taken {@code n} bytes of the content that is {@link #ready}. */
  final void took(int n) {
    content += n;
    consumed += n;
    advance(n);
  }

  abstract int find(ByteBuf in) throws MalformedException;

  abstract void advance(int n);

  final void end() {
    ended = true;
  }

  /** Whether every byte of the body was taken. */
  final boolean ended() {
    return ended;
  }

  /** Content bytes not taken yet, -1 if unknown. */
  abstract long left();

  /** Content bytes taken. */
  final long content() {
    return content;
  }

  /** Bytes of the wire taken, framing included. */
  final long consumed() {
    return consumed;
  }

  /** Trailer fields; empty before the end. */
  Headers trailers() {
    return Headers.empty();
  }

  /** RFC 9112 section 6.2. */
  private static final class LengthFraming extends BodyFraming {
    private long left;

    LengthFraming(long length) {
      left = length;
    }

    @Override
    int find(ByteBuf in) {
      return (int) Math.min(in.readableBytes(), left);
    }

    @Override
    void advance(int n) {
      left -= n;
      if (left == 0) {
        end();
      }
    }

    @Override
    long left() {
      return left;
    }
  }
}
