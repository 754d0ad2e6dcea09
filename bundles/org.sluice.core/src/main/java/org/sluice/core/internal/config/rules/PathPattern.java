package org.sluice.core.internal.config.rules;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.sluice.core.internal.config.keys.BadValueException;

/**
 * A regular expression of {@code match=}, searched in the decoded path. The path comes from the
 * client, so the search has a budget of steps: expressions that backtrack without end must not hold
 * an event loop.
 */
public final class PathPattern {
  /** Characters looked at before the search is given up; ordinary searches need a few hundred. */
  private static final int STEPS = 200_000;

  private final Pattern pattern;
  private final int groups;

  private PathPattern(Pattern pattern) {
    this.pattern = pattern;
    this.groups = pattern.matcher("").groupCount();
  }

  /** Compiles the text of {@code match=}. */
  public static PathPattern compile(String text) throws BadValueException {
    try {
      return new PathPattern(Pattern.compile(text));
    } catch (PatternSyntaxException e) {
      String place = e.getIndex() < 0 ? "" : " at position " + (e.getIndex() + 1);
      throw new BadValueException("not a regular expression: " + e.getDescription() + place);
    }
  }

  /** The text. */
  public String text() {
    return pattern.pattern();
  }

  /** Number of capture groups. */
  public int groups() {
    return groups;
  }

  /**
   * Searches a path.
   *
   * @return null if the expression does not match
   * @throws TooCostlyException if the search was given up
   */
  public MatchResult find(String path) throws TooCostlyException {
    try {
      Matcher matcher = pattern.matcher(new Budgeted(path));
      return matcher.find() ? matcher.toMatchResult() : null;
    } catch (OutOfSteps | StackOverflowError e) {
      throw new TooCostlyException();
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PathPattern that && text().equals(that.text());
  }

  @Override
  public int hashCode() {
    return text().hashCode();
  }

  /** The search was given up. */
  public static final class TooCostlyException extends Exception {
    private static final long serialVersionUID = 1L;

    TooCostlyException() {
      super(null, null, false, false);
    }
  }

  /** Ends a search from inside. */
  private static final class OutOfSteps extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutOfSteps() {
      super(null, null, false, false);
    }
  }

  /** A path that counts how often it is looked at. */
  private static final class Budgeted implements CharSequence {
    private final String text;
    private int steps;

    Budgeted(String text) {
      this.text = text;
    }

    @Override
    public char charAt(int index) {
      if (++steps > STEPS) {
        throw new OutOfSteps();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
