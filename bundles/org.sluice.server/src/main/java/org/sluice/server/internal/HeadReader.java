package org.sluice.server.internal;

import org.sluice.api.engine.Refusal;
import org.sluice.api.wire.MalformedException;

/**
 * Reads a connection's heads, one after the other. Holds a parser only while a head has begun and
 * is not whole, so that an idle connection costs none.
 */
final class HeadReader {
  private HeadParser parser;
  private Refusal refusal;
  private long began;

  /** The next message has begun: from here on its time counts. */
  void begin(long now) {
    began = now;
  }

  /** Nothing of the next message has come yet. */
  void idle() {
    began = 0;
  }

  /** When the first byte of the message at hand came, 0 while idle. */
  long began() {
    return began;
  }

  /** Whether something of a head came that is not whole: worth an answer. */
  boolean hasPart(Inbox inbox) {
    return !inbox.isEmpty() || (parser != null && parser.begun());
  }

  /**
   * Reads on.
   *
   * @return the head, also of a refused request ({@link #refusal}), or null if more is needed
   */
  RequestHead read(Inbox inbox, Loop loop, Limits limits) {
    refusal = null;
    HeadParser reader = take(loop);
    try {
      if (!reader.parse(inbox.bytes(), limits)) {
        parser = reader;
        return null;
      }
    } catch (MalformedException e) {
      refusal = new Refusal(Refused.status(e), e.getMessage());
    } finally {
      inbox.trim();
    }
    return finish(reader, loop);
  }

  /** Ends a head that is not whole with this refusal. */
  RequestHead giveUp(Refusal cause, Loop loop) {
    refusal = cause;
    return finish(take(loop), loop);
  }

  /** Why the head read last is refused, or null. */
  Refusal refusal() {
    return refusal;
  }

  private HeadParser take(Loop loop) {
    HeadParser taken = parser;
    parser = null;
    return taken == null ? loop.borrowParser() : taken;
  }

  private static RequestHead finish(HeadParser reader, Loop loop) {
    RequestHead head = reader.head();
    loop.giveBack(reader);
    return head;
  }
}
