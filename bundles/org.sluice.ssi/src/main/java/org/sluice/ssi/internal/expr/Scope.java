package org.sluice.ssi.internal.expr;

/** What an expression can ask of its page. Texts hold one byte per character. */
public interface Scope {

  /** A variable of the page, or a capture for a single digit; null when undefined. */
  String variable(String name);

  /** {@code $variables} of a text of the legacy grammar replaced. */
  String expand(String text);

  /** A variable {@code %{NAME}} of the server; empty when it has no value. */
  String server(String name) throws ExprException;

  /** First field of that name of the request, or empty. */
  String request(String field);

  /** Field of the response, or empty. */
  String response(String field);

  /** A note of the request, or empty. */
  String note(String name);

  /** A variable of the process's environment, where the route allows that. */
  String process(String name) throws ExprException;

  /** Whether the client's address lies in a network. */
  boolean clientIn(String network) throws ExprException;

  /**
   * Whether a URL may be requested ({@code -A}).
   *
   * @throws LookupNeeded when that has to be found out first; evaluate again afterwards
   */
  boolean accessible(String url) throws ExprException;

  /** The same for a file ({@code -F}). */
  boolean fileAccessible(String path) throws ExprException;

  /** The last match of a regular expression: group 0 is the whole; null after a failed match. */
  void matched(String[] groups);

  /** An expression cannot go on before a URL was looked up. */
  final class LookupNeeded extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String target;

    /** For the target of a subrequest. */
    public LookupNeeded(String target) {
      super(target, null, false, false);
      this.target = target;
    }

    /** What to look up. */
    public String target() {
      return target;
    }
  }
}
