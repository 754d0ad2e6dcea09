package org.sluice.core.internal.config;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sluice.core.internal.config.rules.HostRule;

/** The sites of one listener. Immutable; any thread. */
public final class SiteTable {
  /** A listener without sites. */
  static final SiteTable EMPTY = new SiteTable(List.of());

  private final HostIndex exact;
  private final HostIndex wildcards;
  private final SiteNode defaultSite;
  private final List<SiteNode> sites;

  /** A table; of two sites of one name, which is an error elsewhere, the first one counts. */
  public SiteTable(List<SiteNode> sites) {
    Map<String, SiteNode> names = new HashMap<>();
    Map<String, SiteNode> suffixes = new HashMap<>();
    SiteNode fallback = null;
    for (SiteNode site : sites) {
      for (String host : site.hosts()) {
        if (host.startsWith("*")) {
          suffixes.putIfAbsent(host.substring(1), site);
        } else {
          names.putIfAbsent(host, site);
        }
      }
      fallback = fallback == null && site.hosts().isEmpty() ? site : fallback;
    }
    this.exact = new HostIndex(names);
    this.wildcards = new HostIndex(suffixes);
    this.defaultSite = fallback;
    this.sites = List.copyOf(sites);
  }

  /** All sites of the listener. */
  public List<SiteNode> sites() {
    return sites;
  }

  /** The site whose {@code hosts} is empty, or null. */
  public SiteNode defaultSite() {
    return defaultSite;
  }

  /**
   * The site of a request: exact name, then the longest wildcard, then the default site. Case, port
   * and a dot at the end do not count. Allocates nothing for a name in lower case.
   *
   * @param host value of the Host field (RFC 9110 section 7.2); null or empty when there is none
   * @return null if no site takes the name
   */
  public SiteNode find(String host) {
    if (host == null || host.isEmpty()) {
      return defaultSite;
    }
    if (host.charAt(0) == '[') {
      return literal(host);
    }
    int end = host.indexOf(':');
    end = end < 0 ? host.length() : end;
    if (end > 1 && host.charAt(end - 1) == '.') {
      end--;
    }
    return name(hasUpperCase(host, end) ? host.toLowerCase(Locale.ROOT) : host, end);
  }

  private SiteNode name(String host, int end) {
    SiteNode found = exact.find(host, 0, end);
    for (int dot = host.indexOf('.', 1); found == null && dot > 0 && dot < end; ) {
      found = wildcards.find(host, dot, end);
      dot = host.indexOf('.', dot + 1);
    }
    return found != null ? found : defaultSite;
  }

  private SiteNode literal(String host) {
    int close = host.indexOf(']');
    if (close < 0) {
      return defaultSite;
    }
    SiteNode found = exact.find(host, 0, close + 1);
    if (found == null) {
      String canonical = HostRule.canonicalLiteral(host.substring(0, close + 1));
      found = canonical == null ? null : exact.find(canonical, 0, canonical.length());
    }
    return found != null ? found : defaultSite;
  }

  private static boolean hasUpperCase(String host, int end) {
    for (int i = 0; i < end; i++) {
      char c = host.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        return true;
      }
    }
    return false;
  }
}
