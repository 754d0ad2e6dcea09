package org.sluice.flush.opening.internal;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.sluice.api.config.Options;
import org.sluice.api.http.Headers;
import org.sluice.handoff.api.Preamble;

/** What one route sends: head and text as a finished preamble, the file by name. */
final class Opening {
  private static final String FAMILY = "opening.header.";

  /** Fields that the front writes itself, or that would promise a length nobody knows. */
  private static final Set<String> NOT_OURS =
      Set.of(
          "connection",
          "content-length",
          "content-type",
          "date",
          "keep-alive",
          "server",
          "trailer",
          "transfer-encoding",
          "upgrade");

  final Preamble preamble;
  final OpeningFile file;

  Opening(Options options) {
    String text = options.text("opening.text");
    boolean hasFile = options.path("opening.file") != null;
    if (hasFile && !text.isEmpty()) {
      throw new IllegalArgumentException(
          options.origin("opening.file")
              + ": opening.file and opening.text cannot stand together; use one of them");
    }
    file = hasFile ? new OpeningFile(options.path("opening.file")) : null;
    Preamble head = Preamble.head((int) options.number("opening.status")).headers(fields(options));
    preamble = text.isEmpty() ? head : head.body(unescaped(text).getBytes(StandardCharsets.UTF_8));
  }

  private static Headers fields(Options options) {
    Headers.Builder fields = Headers.builder();
    String type = options.text("opening.type");
    if (!type.equals("none")) {
      fields.add("Content-Type", type);
    }
    options
        .family(FAMILY)
        .forEach(
            (name, value) -> {
              if (NOT_OURS.contains(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                    options.origin(FAMILY + name)
                        + ": "
                        + FAMILY
                        + name
                        + "="
                        + value
                        + ": the front writes this field itself (opening.type sets the type)");
              }
              fields.add(name, value);
            });
    return fields.build();
  }

  /** A configuration value is one line; these stand for what does not fit into one. */
  static String unescaped(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int code = c == '\\' && i + 1 < text.length() ? "nrt\\".indexOf(text.charAt(i + 1)) : -1;
      if (code >= 0) {
        out.append("\n\r\t\\".charAt(code));
        i++;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
