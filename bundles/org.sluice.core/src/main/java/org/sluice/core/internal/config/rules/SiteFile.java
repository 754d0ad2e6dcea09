package org.sluice.core.internal.config.rules;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.sluice.core.internal.config.keys.BadValueException;
import org.sluice.core.internal.config.keys.Values;
import org.sluice.core.internal.config.read.CfgEntry;
import org.sluice.core.internal.config.read.CfgFile;
import org.sluice.core.internal.config.read.Problems;

/**
 * A site file, taken apart. What is wrong is reported and left out, so that a bad file without a
 * last good state still says where to answer 503.
 *
 * @param file the file
 * @param listens its listeners
 * @param hosts its names as the table keeps them; empty for the default site
 * @param root as written
 * @param bad why the site answers 503, or null
 */
public record SiteFile(
    CfgFile file, List<ListenRule> listens, List<String> hosts, Path root, String bad) {

  /** Keys that are no options. */
  public static final Set<String> STRUCTURE = Set.of("listen", "hosts", "root");

  /** A parser of one part of a list. */
  @FunctionalInterface
  private interface Part<T> {
    T parse(String text) throws BadValueException;
  }

  /** Takes a file apart; keys and types have been checked already. */
  public static SiteFile parse(CfgFile file, Problems problems) {
    List<ListenRule> listens = parts(file, "listen", ListenRule::parse, problems);
    CfgEntry listen = file.entry("listen");
    if (file.value("listen") == null) {
      String message = "a site needs an address to listen on, for example 127.0.0.1:8080";
      if (listen == null) {
        problems.missing(file.display(), "listen", message);
      } else {
        problems.error(listen, message);
      }
    }
    duplicates(listen, listens.stream().map(ListenRule::key).toList(), problems);
    List<String> hosts = parts(file, "hosts", HostRule::parse, problems);
    duplicates(file.entry("hosts"), hosts, problems);
    return new SiteFile(file, listens, hosts, root(file), null);
  }

  private static <T> List<T> parts(CfgFile file, String key, Part<T> parser, Problems problems) {
    List<T> parts = new ArrayList<>();
    CfgEntry entry = file.entry(key);
    if (entry == null || entry.value().isEmpty()) {
      return parts;
    }
    try {
      for (String text : Values.list(entry.value())) {
        try {
          parts.add(parser.parse(text));
        } catch (BadValueException e) {
          problems.error(entry, e.getMessage());
        }
      }
    } catch (BadValueException alreadyReported) {
      return parts;
    }
    return parts;
  }

  private static void duplicates(CfgEntry entry, List<String> texts, Problems problems) {
    List<String> left = new ArrayList<>(texts);
    for (String text : Set.copyOf(texts)) {
      left.remove(text);
    }
    for (String text : left) {
      problems.error(entry, "stands twice: " + text);
    }
  }

  private static Path root(CfgFile file) {
    String text = file.value("root");
    try {
      return Path.of(text == null ? "htdocs" : text);
    } catch (java.nio.file.InvalidPathException alreadyReported) {
      return Path.of("htdocs");
    }
  }

  /** NAME of the file. */
  public String name() {
    return file.name().name();
  }

  /** The same site, answering 503. */
  public SiteFile unavailable(String reason) {
    return new SiteFile(file, listens, hosts, root, reason);
  }

  /** The entry to name in messages about the names; the file's first when it has none. */
  public CfgEntry hostsEntry() {
    CfgEntry entry = file.entry("hosts");
    return entry == null ? new CfgEntry(file.display(), 0, "hosts", "", "") : entry;
  }
}
