package org.sluice.backend.internal;

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
 * Where a response's content lies in the bytes of a connection (RFC 9112 section 6.3): finds it,
 * consumes what frames it, and tells when it has ended. One per response.
 */
abstract class Framing {
  private boolean ended;

  /** Of a response whose head says so. */
  static Framing of(ResponseHead head, boolean toHead, HeadLimits limits) {
    if (!head.hasContent(toHead)) {
      return new OfLength(0);
    }
    if (head.chunked()) {
      return new Chunked(limits);
    }
    return head.contentLength() >= 0 ? new OfLength(head.contentLength()) : new UntilClose();
  }

  /** Everything until the connection ends. */
  static Framing untilClose() {
    return new UntilClose();
  }

  /**
   * Number of content bytes at the reader index, after whatever frames them was consumed; 0 when
   * more input is needed or the content has ended.
   */
  abstract int find(ByteBuf in, Scratch scratch) throws MalformedException;

  /** That many of the bytes found were consumed. */
  abstract void took(int n);

  /** Content bytes that are still to come, -1 if unknown. */
  abstract long left();

  /** Whether the end of the connection is the end of the content. */
  boolean endsWithConnection() {
    return false;
  }

  Headers trailers() {
    return Headers.empty();
  }

  final boolean ended() {
    return ended;
  }

  final void end() {
    ended = true;
  }

  private static final class OfLength extends Framing {
    private long left;

    OfLength(long length) {
      left = length;
      took(0);
    }

    @Override
    int find(ByteBuf in, Scratch scratch) {
      return (int) Math.min(in.readableBytes(), left);
    }

    @Override
    void took(int n) {
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

  private static final class UntilClose extends Framing {
    @Override
    int find(ByteBuf in, Scratch scratch) {
      return in.readableBytes();
    }

    @Override
    void took(int n) {
      // Only the end of the connection ends it.
    }

    @Override
    long left() {
      return -1;
    }

    @Override
    boolean endsWithConnection() {
      return true;
    }
  }

  /** The chunked coding (RFC 9112 section 7.1): CRLF only, at most 15 hex digits. */
  private static final class Chunked extends Framing {
    private static final int LINE = 256;

    private enum Part {
      SIZE,
      DATA,
      DATA_END,
      TRAILER
    }

    private final HeadLimits limits;
    private Part part = Part.SIZE;
    private long left;
    private int trailerBytes;
    private List<String> trailers;

    Chunked(HeadLimits limits) {
      this.limits = limits;
    }

    @Override
    long left() {
      return ended() ? 0 : -1;
    }

    @Override
    Headers trailers() {
      return trailers == null ? Headers.empty() : Headers.of(trailers.toArray(new String[0]));
    }

    @Override
    int find(ByteBuf in, Scratch scratch) throws MalformedException {
      while (in.isReadable() && !ended()) {
        if (part == Part.DATA) {
          return (int) Math.min(in.readableBytes(), left);
        }
        if (!step(in, scratch)) {
          return 0;
        }
      }
      return 0;
    }

    @Override
    void took(int n) {
      left -= n;
      if (left == 0) {
        part = Part.DATA_END;
      }
    }

    /** One line of framing; false if it is not whole yet. */
    private boolean step(ByteBuf in, Scratch scratch) throws MalformedException {
      return switch (part) {
        case SIZE -> size(in, scratch);
        case DATA_END -> dataEnd(in, scratch);
        default -> trailer(in, scratch);
      };
    }

    private boolean dataEnd(ByteBuf in, Scratch scratch) throws MalformedException {
      int end = line(in, scratch, 0, "data of a chunk goes on behind its size");
      if (end < 0) {
        return false;
      }
      part = Part.SIZE;
      return true;
    }

    /** Length of the next line, which is then in the scratch array; -1 if it is not whole yet. */
    private static int line(ByteBuf in, Scratch scratch, int limit, String tooLong)
        throws MalformedException {
      int have = Math.min(in.readableBytes(), limit + 2);
      byte[] b = scratch.bytes(have);
      in.getBytes(in.readerIndex(), b, 0, have);
      int end = FieldLine.end(b, 0, have);
      if (end < 0) {
        if (have == limit + 2 || (have == limit + 1 && b[limit] != '\r')) {
          throw new MalformedException(tooLong);
        }
        return -1;
      }
      in.skipBytes(end + 2);
      return end;
    }

    private boolean size(ByteBuf in, Scratch scratch) throws MalformedException {
      int end = line(in, scratch, LINE, "the line of a chunk size is too long");
      if (end < 0) {
        return false;
      }
      byte[] b = scratch.bytes(end);
      int digits = ChunkLine.digits(b, end);
      ChunkLine.checkExtensions(b, digits, end);
      long size = ChunkLine.size(b, digits);
      left = size;
      part = size == 0 ? Part.TRAILER : Part.DATA;
      return true;
    }

    private boolean trailer(ByteBuf in, Scratch scratch) throws MalformedException {
      int end = line(in, scratch, limits.field(), "a trailer is too long");
      if (end < 0) {
        return false;
      }
      trailerBytes += end + 2;
      if (trailerBytes > limits.head()) {
        throw new MalformedException("the trailers are longer than " + limits.head() + " bytes");
      }
      if (end == 0) {
        end();
        return true;
      }
      if (trailers == null) {
        trailers = new ArrayList<>();
      } else if (trailers.size() >> 1 >= limits.fields()) {
        throw new MalformedException("more than " + limits.fields() + " trailers");
      }
      byte[] b = Arrays.copyOf(scratch.bytes(end), end);
      int colon = FieldLine.nameEnd(b, 0, end);
      int from = FieldLine.valueStart(b, colon + 1, end);
      int to = FieldLine.valueEnd(b, from, end);
      FieldLine.checkValue(b, from, to);
      String name = Names.text(b, 0, colon);
      if (FieldRules.inTrailer(name)) {
        trailers.add(name);
        trailers.add(Grammar.text(b, from, to));
      }
      return true;
    }
  }
}
