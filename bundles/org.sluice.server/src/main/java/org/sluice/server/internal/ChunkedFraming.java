package org.sluice.server.internal;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sluice.api.http.Headers;
import org.sluice.api.wire.ChunkLine;
import org.sluice.api.wire.FieldLine;
import org.sluice.api.wire.Grammar;
import org.sluice.api.wire.MalformedException;

/**
 * The chunked coding (RFC 9112 section 7.1), strictly: CRLF only, sizes of at most 15 hex digits,
 * extensions checked and ignored, a line of size and extensions of at most {@link #LINE} bytes and
 * {@link #EXTENSIONS} in all, trailers under the limits of a head. Trailers that would change
 * framing or routing are refused.
 */
final class ChunkedFraming extends BodyFraming {
  /** Longest line of a chunk's size and extensions. */
  static final int LINE = 256;

  /**
   * Most bytes of extensions beyond what chunks of that size may carry: a chunk of one byte is not
   * to cost 256 (RFC 9112 section 7.1.1 wants their total limited).
   */
  static final int EXTENSIONS = 16 * 1024;

  private enum Part {
    SIZE,
    DATA,
    DATA_END,
    TRAILER
  }

  private final Limits limits;
  private Part part = Part.SIZE;
  private long left;
  private int trailerBytes;
  private long extensions;
  private List<String> trailers;

  ChunkedFraming(Limits limits) {
    this.limits = limits;
  }

  @Override
  long left() {
    return -1;
  }

  /**
   * Content that is still to be taken, as far as {@code in} tells: what is in it, and what the last
   * chunk's size announces. Consumes nothing; more may follow.
   */
  long atLeast(ByteBuf in) throws MalformedException {
    ChunkedFraming ahead = new ChunkedFraming(limits);
    ahead.part = part;
    ahead.left = left;
    ahead.extensions = extensions;
    ahead.trailerBytes = trailerBytes;
    ahead.lookThrough(in);
    return ahead.content() + (ahead.part == Part.DATA ? ahead.left : 0);
  }

  @Override
  Headers trailers() {
    return trailers == null ? Headers.empty() : new FieldList(trailers.toArray(new String[0]));
  }

  @Override
  int find(ByteBuf in) throws MalformedException {
    while (in.isReadable()) {
      if (part == Part.DATA) {
        return (int) Math.min(in.readableBytes(), left);
      }
      if (!step(in)) {
        return 0;
      }
    }
    return 0;
  }

  @Override
  void advance(int n) {
    left -= n;
    if (left == 0) {
      part = Part.DATA_END;
    }
  }

  /** One line of framing; false if it is not whole yet or the body has ended. */
  private boolean step(ByteBuf in) throws MalformedException {
    return switch (part) {
      case SIZE -> size(in);
      case DATA_END -> dataEnd(in);
      default -> trailer(in) && !ended();
    };
  }

  private boolean dataEnd(ByteBuf in) throws MalformedException {
    if (line(in, 0, 400, "data of a chunk goes on behind its size") == null) {
      return false;
    }
    part = Part.SIZE;
    return true;
  }

  /** The next line without CRLF, null if it is not whole yet. */
  private static byte[] line(ByteBuf in, int limit, int status, String tooLong)
      throws MalformedException {
    int have = Math.min(in.readableBytes(), limit + 2);
    byte[] b = new byte[have];
    in.getBytes(in.readerIndex(), b);
    int end = FieldLine.end(b, 0, have);
    if (end < 0) {
      if (have == limit + 2 || (have == limit + 1 && b[limit] != '\r')) {
        throw new Refused(status, tooLong);
      }
      return null;
    }
    in.skipBytes(end + 2);
    return end == have ? b : Arrays.copyOf(b, end);
  }

  private boolean size(ByteBuf in) throws MalformedException {
    byte[] line = line(in, LINE, 400, "the line of a chunk size is too long");
    if (line == null) {
      return false;
    }
    int digits = ChunkLine.digits(line, line.length);
    long size = ChunkLine.size(line, digits);
    ChunkLine.checkExtensions(line, digits, line.length);
    extensions = Math.max(0, extensions + line.length - digits - 16 - 2 * Math.min(size, LINE));
    if (extensions > EXTENSIONS) {
      throw new MalformedException("too many chunk extensions");
    }
    left = size;
    part = size == 0 ? Part.TRAILER : Part.DATA;
    return true;
  }

  private boolean trailer(ByteBuf in) throws MalformedException {
    byte[] line = line(in, limits.field(), 431, "a trailer is too long");
    if (line == null) {
      return false;
    }
    trailerBytes += line.length + 2;
    if (trailerBytes > limits.head()) {
      throw new Refused(431, "the trailers are longer than " + limits.head() + " bytes");
    }
    if (line.length == 0) {
      end();
      return true;
    }
    if (trailers == null) {
      trailers = new ArrayList<>();
    } else if (trailers.size() >> 1 >= limits.fields()) {
      throw new Refused(431, "more than " + limits.fields() + " trailers");
    }
    int colon = FieldLine.nameEnd(line, 0, line.length);
    int from = FieldLine.valueStart(line, colon + 1, line.length);
    int to = FieldLine.valueEnd(line, from, line.length);
    FieldLine.checkValue(line, from, to);
    String name = Grammar.text(line, 0, colon);
    if (KnownNames.kind(name) != KnownNames.OTHER) {
      // RFC 9110 section 6.5.1: no framing, routing or control in trailers.
      throw new MalformedException("a trailer that only a head may carry");
    }
    trailers.add(name);
    trailers.add(Grammar.text(line, from, to));
    return true;
  }
}
