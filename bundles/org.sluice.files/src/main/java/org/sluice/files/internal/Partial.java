package org.sluice.files.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;

/** Answers with parts of a file (RFC 9110 sections 14 and 15.3.7). */
final class Partial {
  private Partial() {}

  /** As {@link Answer#give}, for ranges that exist. */
  static boolean give(
      Exchange exchange, Entry entry, Variant variant, long[] ranges, boolean mayBlock)
      throws IOException {
    if (variant.content() == null && !mayBlock) {
      return false;
    }
    Response response =
        ranges.length == 2
            ? single(variant, ranges[0], ranges[1])
            : several(exchange, variant, ranges);
    exchange.attribute(Attributes.FILE, entry.facts());
    exchange.request().body().close();
    exchange.respond(response);
    return true;
  }

  private static Response single(Variant variant, long first, long last) throws IOException {
    Headers headers =
        Headers.builder()
            .addAll(variant.headers())
            .add("Content-Range", contentRange(first, last, variant.size()))
            .build();
    Body body =
        variant.content() == null
            ? variant.region(first, last - first + 1)
            : Body.of(Arrays.copyOfRange(variant.content(), (int) first, (int) last + 1));
    return Response.of(206, headers, body);
  }

  private static String contentRange(long first, long last, long size) {
    return "bytes " + first + "-" + last + "/" + size;
  }

  private static Response several(Exchange exchange, Variant variant, long[] ranges)
      throws IOException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    String boundary =
        Long.toHexString(random.nextLong() | Long.MIN_VALUE) + Long.toHexString(random.nextLong());
    byte[][] heads = heads(variant, ranges, boundary);
    Headers headers =
        Headers.builder()
            .addAll(variant.headers())
            .set("Content-Type", "multipart/byteranges; boundary=" + boundary)
            .build();
    Body body =
        variant.content() == null
            ? new RangesBody(variant.open(), exchange.workers(), ranges, heads)
            : Body.of(joined(variant.content(), ranges, heads));
    return Response.of(206, headers, body);
  }

  /** What stands before each part, and what ends the last. */
  private static byte[][] heads(Variant variant, long[] ranges, String boundary) {
    int parts = ranges.length / 2;
    byte[][] heads = new byte[parts + 1][];
    String type = variant.headers().get("Content-Type");
    String typeField = type == null ? "" : "Content-Type: " + type + "\r\n";
    for (int i = 0; i < parts; i++) {
      heads[i] =
          ascii(
              (i == 0 ? "--" : "\r\n--")
                  + boundary
                  + "\r\n"
                  + typeField
                  + "Content-Range: "
                  + contentRange(ranges[2 * i], ranges[2 * i + 1], variant.size())
                  + "\r\n\r\n");
    }
    heads[parts] = ascii("\r\n--" + boundary + "--\r\n");
    return heads;
  }

  private static byte[] joined(byte[] content, long[] ranges, byte[][] heads) {
    ByteArrayOutputStream out = new ByteArrayOutputStream((int) RangesBody.length(ranges, heads));
    for (int i = 0; i < ranges.length; i += 2) {
      out.writeBytes(heads[i / 2]);
      out.write(content, (int) ranges[i], (int) (ranges[i + 1] - ranges[i] + 1));
    }
    out.writeBytes(heads[heads.length - 1]);
    return out.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
