package org.sluice.access.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The users of a password file at one moment. Immutable. */
final class Users {
  private final Map<String, PasswordHash> hashes;
  private final List<PasswordHash> all;

  private Users(Map<String, PasswordHash> hashes) {
    this.hashes = hashes;
    this.all = List.copyOf(hashes.values());
  }

  /**
   * Reads {@code USER:HASH} lines, as htpasswd writes them; of a user who stands there twice the
   * first counts, as in httpd.
   *
   * @throws BadFileException if a line is none: half a file must not lock people out, or in
   */
  static Users parse(FileText file) throws BadFileException {
    Map<String, PasswordHash> hashes = new HashMap<>();
    for (FileText.Line line : file.lines()) {
      String[] parts = line.text().split(":", -1);
      if (parts.length < 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
        throw new BadFileException(line.place() + ": a line is USER:HASH");
      }
      PasswordHash hash = PasswordHash.parse(parts[1].strip());
      if (hash == null) {
        file.warn(
            line.place()
                + ": user "
                + parts[0]
                + " cannot be verified; supported are bcrypt ($2y$), SHA-crypt ($5$, $6$), apr1,"
                + " $1$ and {SHA}");
      } else if (hashes.putIfAbsent(parts[0], hash) != null) {
        file.warn(line.place() + ": user " + parts[0] + " stands there twice; the first counts");
      }
    }
    return new Users(hashes);
  }

  /** The hash of a user, or null. */
  PasswordHash find(String user) {
    return hashes.get(user);
  }

  /**
   * A hash to work on for a user who is not there, so that an answer takes as long for an unknown
   * user as for a known one: always the same for one name. Null if there are no users at all.
   */
  PasswordHash decoy(int of) {
    return all.isEmpty() ? null : all.get(Math.floorMod(of, all.size()));
  }
}
