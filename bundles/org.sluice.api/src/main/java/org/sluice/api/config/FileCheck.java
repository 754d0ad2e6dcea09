package org.sluice.api.config;

import java.util.Map;
import java.util.function.BiConsumer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Judges a file in {@code etc/} beyond types and ranges of single keys, as only the bundle can whom
 * the file is for. A service with the property {@link #PID}; asked whenever the folder is read,
 * also by {@code sluice check}. A file with an error keeps its last good state.
 */
@ConsumerType
public interface FileCheck {
  /** Service property (String): the PID of the files, for example {@code org.sluice.accesslog}. */
  String PID = "sluice.config.pid";

  /**
   * Looks at one file. Called on a thread of the configuration; must not open or change anything.
   *
   * @param entries keys and values as written, secrets put in
   * @param errors takes a key of the file and a sentence about what is wrong and what is allowed
   * @param warnings the same for what is allowed but doubtful
   */
  void check(
      Map<String, String> entries,
      BiConsumer<String, String> errors,
      BiConsumer<String, String> warnings);
}
