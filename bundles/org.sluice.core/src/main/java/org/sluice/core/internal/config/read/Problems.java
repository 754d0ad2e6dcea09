package org.sluice.core.internal.config.read;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.sluice.core.internal.config.read.Problem.Severity;

/** Collects problems while the configuration is checked; not thread-safe. */
public final class Problems {
  private final Set<Problem> all = new LinkedHashSet<>();

  /** Adds an error at an entry. */
  public void error(CfgEntry at, String message) {
    add(Severity.ERROR, at, message);
  }

  /** Adds a warning at an entry. */
  public void warning(CfgEntry at, String message) {
    add(Severity.WARNING, at, message);
  }

  /** Adds an error of a line, or of a whole file when the line is 0. */
  public void error(String file, int line, String message) {
    all.add(new Problem(Severity.ERROR, file, line, null, null, message));
  }

  /** Adds a warning of a line, or of a whole file when the line is 0. */
  public void warning(String file, int line, String message) {
    all.add(new Problem(Severity.WARNING, file, line, null, null, message));
  }

  /** Adds an error about a key that is not there. */
  public void missing(String file, String key, String message) {
    all.add(new Problem(Severity.ERROR, file, 0, key, "", message));
  }

  private void add(Severity severity, CfgEntry at, String message) {
    all.add(new Problem(severity, at.file(), at.line(), at.key(), at.raw(), message));
  }

  /** Adds what another collection holds. */
  public void addAll(Iterable<Problem> problems) {
    problems.forEach(all::add);
  }

  /** Whether any of these is an error. */
  public boolean hasErrors() {
    return all.stream().anyMatch(Problem::isError);
  }

  /** All of them, in the order of files and lines. */
  public List<Problem> sorted() {
    return all.stream().sorted().toList();
  }

  /** The first error, or null. */
  public Problem firstError() {
    List<Problem> errors = new ArrayList<>(all);
    errors.removeIf(problem -> !problem.isError());
    return errors.isEmpty() ? null : errors.stream().sorted().toList().get(0);
  }
}
