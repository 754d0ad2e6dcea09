package org.sluice.files.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringTokenizer;

/**
 * Media types by file extension: httpd's table, which a library brings, with what is newer in one
 * of ours, and the overrides of a route. Immutable.
 */
final class MediaTypes {
  private final Map<String, String> overrides;

  /** Types with these overrides: extension (any case, no dot) to type. */
  MediaTypes(Map<String, String> overrides) {
    Map<String, String> lower = new HashMap<>();
    overrides.forEach((extension, type) -> lower.put(extension.toLowerCase(Locale.ROOT), type));
    this.overrides = Map.copyOf(lower);
  }

  /** The type of a file of that name, without parameters; null when unknown. */
  String of(String name) {
    int dot = name.lastIndexOf('.');
    if (dot < 0 || dot == name.length() - 1) {
      return null;
    }
    String extension = name.substring(dot + 1).toLowerCase(Locale.ROOT);
    String type = overrides.get(extension);
    type = type != null ? type : Common.TYPES.get(extension);
    return type != null ? type : Table.TYPES.get(extension);
  }

  /** What we add, and the types of most files: a few lines, read with the first file. */
  private static final class Common {
    static final Map<String, String> TYPES = read("types");

    private Common() {}
  }

  /** Some thousand lines, read when a type is not among the common ones. */
  private static final class Table {
    static final Map<String, String> TYPES = read("/META-INF/core_mime.types");

    private Table() {}
  }

  private static Map<String, String> read(String resource) {
    Map<String, String> into = new HashMap<>();
    try (InputStream in = MediaTypes.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the bundle lacks its table of types " + resource);
      }
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII), 65_536);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          StringTokenizer words = new StringTokenizer(line);
          String type = words.hasMoreTokens() ? words.nextToken() : null;
          while (words.hasMoreTokens()) {
            into.put(words.nextToken(), type);
          }
        }
      }
      return into;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
