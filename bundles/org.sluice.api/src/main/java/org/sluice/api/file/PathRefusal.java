package org.sluice.api.file;

/** Why a path names nothing that may be served. */
public enum PathRefusal {
  /** Nothing of that name, or a name that no file can have. */
  NOT_FOUND(404, "not-found"),
  /** A segment {@code ..} or {@code .}, or a NUL: never what a normalised path holds. */
  BAD_NAME(404, "bad-name"),
  /**
   * A name that begins with {@code .ht}, or with a dot where dotfiles are off, in the path or in
   * what a link led to. Decided by the name alone, whether or not the file exists.
   */
  HIDDEN(403, "hidden"),
  /** A symbolic link that the {@link LinkPolicy} does not follow, or a circle of links. */
  LINK(403, "link"),
  /** A symbolic link that leads out of the root. */
  OUTSIDE(403, "outside"),
  /** Neither a regular file nor a directory: a device, a socket, a named pipe. */
  SPECIAL(403, "special-file"),
  /** The operating system denies access. */
  DENIED(403, "denied"),
  /** The operating system failed otherwise. */
  FAILED(500, "file-error");

  private final int status;
  private final String code;

  PathRefusal(int status, String code) {
    this.status = status;
    this.code = code;
  }

  /** Status for the client (RFC 9110 section 15). */
  public int status() {
    return status;
  }

  /** Short identifier for log and error page. */
  public String code() {
    return code;
  }
}
