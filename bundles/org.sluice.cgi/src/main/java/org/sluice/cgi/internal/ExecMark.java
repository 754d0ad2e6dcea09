package org.sluice.cgi.internal;

/**
 * On a subrequest of the element {@code exec}: lets the element know whether a program ran and
 * whether it answered by itself, and gives the program what is the page's.
 */
public final class ExecMark {
  /** Name of the attribute. */
  public static final String NAME = "cgi.exec";

  /** Path information of the page, or null. */
  public final String pathInfo;

  private volatile boolean program;
  private volatile boolean answered;

  /** For a page with that path information, one byte per character; null for none. */
  public ExecMark(String pathInfo) {
    this.pathInfo = pathInfo;
  }

  void program() {
    program = true;
  }

  void answered() {
    answered = true;
  }

  /** Whether the path named a program. */
  public boolean isProgram() {
    return program;
  }

  /** Whether the response is the program's own. */
  public boolean hasAnswered() {
    return answered;
  }
}
