package org.sluice.testing;

import java.nio.file.Path;
import java.util.List;
import org.sluice.api.config.Options;
import org.sluice.api.route.Site;

/**
 * A site for tests.
 *
 * @param name its name
 * @param hosts its host names; empty for the default site
 * @param root its document root
 * @param options its options
 */
public record MemorySite(String name, List<String> hosts, Path root, Options options)
    implements Site {
  /** Copies the host names. */
  public MemorySite {
    hosts = List.copyOf(hosts);
  }

  /** A default site of that name, root {@code htdocs}, without options. */
  public static MemorySite named(String name) {
    return new MemorySite(name, List.of(), Path.of("htdocs").toAbsolutePath(), MapOptions.of());
  }

  /** The same with another document root. */
  public MemorySite withRoot(Path newRoot) {
    return new MemorySite(name, hosts, newRoot, options);
  }

  /** The same with these host names. */
  public MemorySite withHosts(String... names) {
    return new MemorySite(name, List.of(names), root, options);
  }

  /** The same with these options. */
  public MemorySite withOptions(Options newOptions) {
    return new MemorySite(name, hosts, root, newOptions);
  }
}
