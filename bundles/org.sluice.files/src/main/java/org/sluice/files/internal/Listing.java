package org.sluice.files.internal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.sluice.api.file.ResolvedPath;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;

/**
 * The page of a folder: what of it a client may ask for, folders first, and nothing else. Every
 * name is escaped twice, as a path and as text (T9).
 */
final class Listing {
  /** Most names on a page; a folder with more says so. */
  static final int MAX = 10_000;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Headers HEADERS =
      Headers.of(
          "Content-Type", "text/html; charset=utf-8",
          "Cache-Control", "no-cache",
          "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");

  private record Item(String name, boolean folder, long size, Instant modified) {}

  private Listing() {}

  /** Reads the folder and makes the page. Blocks. */
  static Response of(Exchange exchange, Root root, String path, Path folder) throws IOException {
    List<Item> items = new ArrayList<>();
    boolean more = false;
    String prefix = path.isEmpty() || path.endsWith("/") ? path : path + "/";
    try (DirectoryStream<Path> names = Files.newDirectoryStream(folder)) {
      for (Path each : names) {
        if (items.size() == MAX) {
          more = true;
          break;
        }
        Item item = item(root, prefix, each.getFileName().toString());
        if (item != null) {
          items.add(item);
        }
      }
    }
    items.sort(
        Comparator.comparing((Item item) -> !item.folder())
            .thenComparing(Item::name, String.CASE_INSENSITIVE_ORDER)
            .thenComparing(Item::name));
    boolean top = prefix.isEmpty() || prefix.equals("/");
    return Response.of(200, HEADERS, Body.of(page(exchange.path(), items, !top, more)));
  }

  /** What the name stands for, or null if asking for it would be refused. */
  private static Item item(Root root, String prefix, String name) {
    ResolvedPath found = root.resolver().resolve(prefix + name);
    if (name.indexOf('\ufffd') >= 0 || found.refusal() != null) {
      return null;
    }
    return new Item(
        name,
        found.isDirectory(),
        found.attributes().size(),
        found.attributes().lastModifiedTime().toInstant());
  }

  private static String page(String path, List<Item> items, boolean parent, boolean more) {
    String title = "Index of " + escape(path);
    StringBuilder out = new StringBuilder(1024 + items.size() * 160);
    out.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width\">\n<title>")
        .append(title)
        .append("</title>\n<style>body{font:1em/1.5 sans-serif;margin:2em auto;max-width:60em;")
        .append("padding:0 1em}table{border-collapse:collapse;width:100%}")
        .append("th{text-align:left}td,th{padding:0 .5em;border-bottom:1px solid #ddd}")
        .append("td+td,th+th{text-align:right;white-space:nowrap}</style>\n</head>\n<body>\n<h1>")
        .append(title)
        .append("</h1>\n<table>\n<tr><th>Name</th><th>Size</th><th>Modified (UTC)</th></tr>\n");
    if (parent) {
      out.append("<tr><td><a href=\"../\">../</a></td><td></td><td></td></tr>\n");
    }
    for (Item item : items) {
      row(out, item);
    }
    out.append("</table>\n");
    if (more) {
      out.append("<p>Only ").append(MAX).append(" names are shown.</p>\n");
    }
    return out.append("</body>\n</html>\n").toString();
  }

  private static void row(StringBuilder out, Item item) {
    String slash = item.folder() ? "/" : "";
    out.append("<tr><td><a href=\"./")
        .append(escape(Paths.encode(item.name())))
        .append(slash)
        .append("\">")
        .append(escape(item.name()))
        .append(slash)
        .append("</a></td><td>")
        .append(item.folder() ? "" : size(item.size()))
        .append("</td><td>")
        .append(TIME.format(item.modified()))
        .append("</td></tr>\n");
  }

  /** Bytes, or with one digit behind the point as KiB and so on. */
  static String size(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    int unit = 0;
    long part = bytes;
    while (part >= 1 << 20) {
      part >>= 10;
      unit++;
    }
    long tenths = part * 10 / 1024;
    return tenths / 10 + "." + tenths % 10 + " " + "KMGTPE".charAt(unit) + "iB";
  }

  private static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c < ' ' || c == 0x7f ? '\ufffd' : c);
      }
    }
    return out.toString();
  }
}
