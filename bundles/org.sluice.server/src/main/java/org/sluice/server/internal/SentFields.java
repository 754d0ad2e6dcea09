package org.sluice.server.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.sluice.api.http.Headers;
import org.sluice.server.internal.HeadWriter.Persistence;

/**
 * What a head was made of, kept for whoever asks for its fields at the end: a few references per
 * response instead of a copy of the head.
 *
 * @param given the handler's fields
 * @param date the line that was added, or null
 * @param server the line that was added, or null
 * @param length {@code Content-Length} that was written, -1 for none
 * @param chunked whether {@code Transfer-Encoding} was written
 * @param persistence what {@code Connection} said
 */
record SentFields(
    Headers given,
    byte[] date,
    byte[] server,
    long length,
    boolean chunked,
    Persistence persistence) {

  boolean persists() {
    return persistence == Persistence.IMPLIED || persistence == Persistence.KEEP_ALIVE;
  }

  Headers headers() {
    List<String> fields = new ArrayList<>();
    for (int i = 0, n = given.size(); i < n; i++) {
      if (!HeadWriter.isEngines(given.name(i))) {
        fields.add(given.name(i));
        fields.add(given.value(i));
      }
    }
    addLine(fields, date);
    addLine(fields, server);
    if (length >= 0) {
      fields.add("Content-Length");
      fields.add(Long.toString(length));
    }
    if (chunked) {
      fields.add("Transfer-Encoding");
      fields.add("chunked");
    }
    if (persistence != Persistence.IMPLIED) {
      fields.add("Connection");
      fields.add(persistence.text());
    }
    return new FieldList(fields.toArray(new String[0]));
  }

  /** A line of the writer: name, colon, blank, value, CRLF. */
  private static void addLine(List<String> fields, byte[] line) {
    if (line != null && line.length > 0) {
      String text = new String(line, 0, line.length - 2, StandardCharsets.ISO_8859_1);
      int colon = text.indexOf(':');
      fields.add(text.substring(0, colon));
      fields.add(text.substring(colon + 2));
    }
  }
}
