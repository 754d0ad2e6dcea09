package org.sluice.testing;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A response as it came over the wire.
 *
 * @param version for example {@code HTTP/1.1}
 * @param status the status code
 * @param reason the reason phrase, may be empty
 * @param fields name and value in message order, unchecked
 * @param body the content without its framing
 * @param trailers fields behind a chunked body
 * @param raw every byte of the response
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and bytes are what it is about.
public record RawResponse(
    String version,
    int status,
    String reason,
    List<Map.Entry<String, String>> fields,
    byte[] body,
    List<Map.Entry<String, String>> trailers,
    byte[] raw) {
  /** The first value of a field, compared without case, or null. */
  public String header(String name) {
    for (Map.Entry<String, String> field : fields) {
      if (field.getKey().equalsIgnoreCase(name)) {
        return field.getValue();
      }
    }
    return null;
  }

  /** How often a field is there. */
  public int count(String name) {
    return (int) fields.stream().filter(f -> f.getKey().equalsIgnoreCase(name)).count();
  }

  /** The body as UTF-8 text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The whole as ISO 8859-1 text. */
  public String rawText() {
    return new String(raw, StandardCharsets.ISO_8859_1);
  }
}
