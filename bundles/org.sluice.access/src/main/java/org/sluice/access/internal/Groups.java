package org.sluice.access.internal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The groups of a group file at one moment. Immutable. */
final class Groups {
  private final Map<String, Set<String>> members;

  private Groups(Map<String, Set<String>> members) {
    this.members = members;
  }

  /** Reads {@code GROUP: USER USER} lines; those of one group add up. */
  static Groups parse(FileText file) throws BadFileException {
    Map<String, Set<String>> members = new HashMap<>();
    for (FileText.Line line : file.lines()) {
      int colon = line.text().indexOf(':');
      String group = colon < 0 ? "" : line.text().substring(0, colon).strip();
      if (group.isEmpty()) {
        throw new BadFileException(line.place() + ": a line is GROUP: USER USER");
      }
      Set<String> users = members.computeIfAbsent(group, any -> new HashSet<>());
      for (String user : line.text().substring(colon + 1).strip().split("\\s+")) {
        users.add(user);
      }
    }
    return new Groups(members);
  }

  /** Whether the user is in the group. */
  boolean has(String group, String user) {
    Set<String> users = members.get(group);
    return users != null && users.contains(user);
  }
}
