package org.sluice.testing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.sluice.api.config.Options;
import org.sluice.api.http.Exchange;
import org.sluice.handoff.api.HandOff;

/**
 * A hand-off as a dialect sees it, for tests of dialects.
 *
 * @param exchange the exchange
 * @param options options of its route
 * @param mode give or lease
 * @param id its number on the control connection
 * @param sent bytes of the preamble the client has
 * @param ahead bytes read and not consumed, not copied
 * @param keep whether the connection may live on
 * @param deadline until the receiver has to report
 * @param data what the application attached, or null
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and bytes are what it is about.
public record MemoryHandOff(
    Exchange exchange,
    Options options,
    Mode mode,
    long id,
    long sent,
    byte[] ahead,
    boolean keep,
    Duration deadline,
    byte[] data)
    implements HandOff {
  /** A give, number 1, nothing sent or read ahead, 4 s, no data. */
  public static MemoryHandOff of(Exchange exchange, Options options) {
    return new MemoryHandOff(
        exchange, options, Mode.GIVE, 1, 0, new byte[0], false, Duration.ofSeconds(4), null);
  }

  /** The same with these bytes (ISO 8859-1) read and not consumed. */
  public MemoryHandOff withUnread(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return new MemoryHandOff(exchange, options, mode, id, sent, bytes, keep, deadline, data);
  }

  /** The same as a lease on a connection that may live on. */
  public MemoryHandOff lease() {
    return new MemoryHandOff(exchange, options, Mode.LEASE, id, sent, ahead, true, deadline, data);
  }

  /** The same with data of the application. */
  public MemoryHandOff withData(byte[] bytes) {
    return new MemoryHandOff(exchange, options, mode, id, sent, ahead, keep, deadline, bytes);
  }

  @Override
  public ByteBuffer unread() {
    return ByteBuffer.wrap(ahead).asReadOnlyBuffer();
  }
}
