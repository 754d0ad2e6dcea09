package org.sluice.api.route;

import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.sluice.api.config.Options;

/** A set of host names on listeners, with a document root and options. Immutable. */
@ProviderType
public interface Site {

  /** NAME of {@code etc/org.sluice.site~NAME.cfg}. */
  String name();

  /** Host names in lower case, {@code *.} in front for a wildcard; empty for the default site. */
  List<String> hosts();

  /** Document root, absolute; may not exist. */
  Path root();

  /** Options of the site, from which routes inherit last. */
  Options options();
}
