package org.sluice.api.file;

import java.util.Locale;

/**
 * What becomes of symbolic links below a root. Whatever the policy, the file that a link leads to
 * must lie below the root itself. The root may be, or be reached through, links of any kind: it is
 * the operator's word.
 */
public enum LinkPolicy {
  /** A path that meets a link is refused. */
  OFF,
  /**
   * A link is followed if the owner of the link is the owner of what it leads to in the end (httpd:
   * {@code SymLinksIfOwnerMatch}).
   */
  OWNER,
  /** Links are followed. */
  ON;

  /**
   * The policy of that name in any case.
   *
   * @throws IllegalArgumentException if it is none of {@code off}, {@code owner}, {@code on}
   */
  public static LinkPolicy of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
