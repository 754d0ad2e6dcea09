package org.sluice.ssi.api;

/** What {@link SsiContext#expand(String, Expansion)} does with a name that it does not replace. */
public enum Expansion {
  /** An undefined variable becomes nothing. */
  DROP_UNDEFINED,
  /** {@code $name} of an undefined variable stays as it is. */
  KEEP_UNDEFINED,
  /**
   * For the text of a command: as {@link #KEEP_UNDEFINED}, and variables whose value came from the
   * client stay as they are too, so that a shell finds them in its environment and never in its
   * program text. That holds for {@code HTTP_*}, {@code QUERY_STRING*}, {@code PATH_INFO}, {@code
   * REQUEST_URI}, {@code DOCUMENT_ARGS} and the like, for captures ({@code $0} to {@code $9}), and
   * for variables that were {@code set} from one of those.
   */
  COMMAND
}
