package org.sluice.server.internal;

import io.netty.buffer.ByteBuf;
import org.sluice.api.wire.MalformedException;

/** Input that nobody wants, read and dropped up to a cap. */
final class Discard {
  /** Most bytes of an unread request body that are dropped to keep a connection. */
  static final long BODY = 64 * 1024;

  /**
   * Most bytes that are dropped while a connection ends. Many clients send a whole upload before
   * they look for an answer: a reset in the middle would take a 413 away from them.
   */
  static final long LINGER = 64 * 1024 * 1024;

  /** Longest time for a body, and longest pause of a client while a connection ends. */
  static final long NANOS = 2_000_000_000L;

  /** Longest time for the end of a connection. */
  static final long LINGER_NANOS = 15_000_000_000L;

  /** How far a body was dropped. */
  enum Progress {
    /** It goes on; more input is needed. */
    MORE,
    /** All of it. */
    WHOLE,
    /** It is too large, or broken: the connection cannot go on. */
    HOPELESS
  }

  private BodyFraming framing;
  private long dropped;
  private long last;

  /** From now on the rest of {@code body} is dropped. */
  void begin(BodyFraming body) {
    framing = body;
    dropped = 0;
  }

  /** Drops what of the body is there. */
  Progress body(Inbox inbox) {
    try {
      ByteBuf in = inbox.bytes();
      while (in != null && !framing.ended()) {
        int n = framing.ready(in);
        if (n == 0) {
          break;
        }
        in.skipBytes(n);
        framing.took(n);
        dropped += n;
      }
    } catch (MalformedException e) {
      return Progress.HOPELESS;
    } finally {
      inbox.trim();
    }
    if (dropped > BODY) {
      return Progress.HOPELESS;
    }
    return framing.ended() ? Progress.WHOLE : Progress.MORE;
  }

  /** From now on whatever comes is dropped, and what came already. */
  void beginEnd(Inbox inbox, long now) {
    last = now + LINGER_NANOS;
    dropped = inbox.size();
    inbox.clear();
  }

  /** When the end is over, if nothing comes any more. */
  long deadline(long now) {
    return now + NANOS - last > 0 ? last : now + NANOS;
  }

  /** Drops {@code bytes}. False when it was enough. */
  boolean end(ByteBuf bytes) {
    dropped += bytes.readableBytes();
    bytes.release();
    return dropped <= LINGER;
  }
}
