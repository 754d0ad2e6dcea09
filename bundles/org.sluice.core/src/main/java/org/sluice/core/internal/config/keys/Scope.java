package org.sluice.core.internal.config.keys;

import org.sluice.core.internal.config.read.FileName.Kind;

/** Where a key may stand. */
public enum Scope {
  /** Site files only. */
  SITE,
  /** Site files; sites that share a listener must agree. On a route it has no effect. */
  LISTENER,
  /** Route files only. */
  ROUTE,
  /** Route files and site files, from which routes inherit. */
  OPTION,
  /** {@code org.sluice.core.cfg}. */
  CORE,
  /** Member files. */
  MEMBER,
  /** Access log files. */
  LOG;

  /** Whether a key of this scope may stand in such a file. */
  public boolean allows(Kind kind) {
    return switch (kind) {
      case SITE -> this == SITE || this == LISTENER || this == OPTION;
      case ROUTE -> this == ROUTE || this == OPTION;
      case CORE -> this == CORE;
      case MEMBER -> this == MEMBER;
      case ACCESS_LOG -> this == LOG;
      case PLUGIN -> false;
    };
  }

  /** Where it may stand, in words. */
  public String words() {
    return switch (this) {
      case SITE, LISTENER -> "site files";
      case ROUTE -> "route files";
      case OPTION -> "site and route files";
      case CORE -> "org.sluice.core.cfg";
      case MEMBER -> "member files";
      case LOG -> "access log files";
    };
  }
}
