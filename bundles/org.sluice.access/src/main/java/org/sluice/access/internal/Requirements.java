package org.sluice.access.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.sluice.api.config.Options;

/**
 * Lists of {@code auth.require}: of each list one member suffices, as of httpd's {@code Require}
 * lines, and each list along the path has to hold. Immutable.
 */
final class Requirements {
  private final List<OneOf> lists = new ArrayList<>();

  /** Members of one list. */
  private record OneOf(boolean anybody, Set<String> users, Set<String> groups) {
    boolean holds(String user, List<Groups> files) {
      if (anybody || users.contains(user)) {
        return true;
      }
      for (String group : groups) {
        boolean in = !files.isEmpty();
        for (Groups file : files) {
          in &= file.has(group, user);
        }
        if (in) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * Reads the lists.
   *
   * @throws IllegalArgumentException if one holds something else: the route stays closed
   */
  Requirements(Options options) {
    for (String list : options.all("auth.require")) {
      OneOf one = new OneOf(anybody(list), new HashSet<>(), new HashSet<>());
      for (String member : list.split(",")) {
        read(member.strip(), one, options);
      }
      lists.add(one);
    }
  }

  private static boolean anybody(String list) {
    for (String member : list.split(",")) {
      if (member.strip().equals("valid-user")) {
        return true;
      }
    }
    return false;
  }

  private static void read(String member, OneOf one, Options options) {
    String[] words = member.split("\\s+");
    boolean user = words[0].equals("user");
    boolean group = words[0].equals("group");
    boolean good = words.length > 1 ? user || group : words[0].equals("valid-user");
    if (!good) {
      throw new IllegalArgumentException(
          options.origin("auth.require")
              + " auth.require: '"
              + member
              + "' is not known; allowed are valid-user, user NAME... and group NAME..., with"
              + " commas");
    }
    for (int i = 1; i < words.length; i++) {
      (user ? one.users() : one.groups()).add(words[i]);
    }
  }

  /** Whether there is anything to check. */
  boolean isEmpty() {
    return lists.isEmpty();
  }

  /** Whether the group files matter. */
  boolean needsGroups() {
    for (OneOf list : lists) {
      if (!list.anybody() && !list.groups().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Whether the user satisfies every list. */
  boolean hold(String user, List<Groups> files) {
    for (OneOf list : lists) {
      if (!list.holds(user, files)) {
        return false;
      }
    }
    return true;
  }
}
