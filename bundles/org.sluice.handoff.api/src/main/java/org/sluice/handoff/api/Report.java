package org.sluice.handoff.api;

import java.nio.ByteBuffer;

/**
 * What a receiver says, parsed. Fields that a verb does not have are 0 or null.
 *
 * @param verb what it says
 * @param id the hand-off it speaks of
 * @param name of the receiver ({@code READY}) or reason ({@code PASS}) or memo ({@code END})
 * @param capacity hand-offs it takes at once ({@code READY})
 * @param open hand-offs it works on ({@code READY})
 * @param lease what it did ({@code DONE}, {@code END})
 * @param keep whether the connection may go on ({@code DONE})
 * @param leftover bytes read too far ({@code DONE}); a view of the packet
 */
public record Report(
    Verb verb,
    long id,
    String name,
    int capacity,
    int open,
    LeaseReport lease,
    boolean keep,
    ByteBuffer leftover) {

  /** A verb that this version does not know; ignored. */
  public static final Report UNKNOWN = of(Verb.UNKNOWN, 0, null);

  /** The verbs. */
  public enum Verb {
    /** Ready for hand-offs, and for how many. */
    READY,
    /** The hand-off is the receiver's. */
    ACK,
    /** The hand-off is not the receiver's, and it did nothing with it. */
    PASS,
    /** The lease becomes a give. */
    TAKE,
    /** The lease ends. */
    DONE,
    /** A given stream has ended. */
    END,
    /** No more hand-offs, please. */
    DRAIN,
    /** Something else. */
    UNKNOWN
  }

  /** A verb with an id and a text. */
  public static Report of(Verb verb, long id, String name) {
    return new Report(verb, id, name, 0, 0, null, false, null);
  }
}
