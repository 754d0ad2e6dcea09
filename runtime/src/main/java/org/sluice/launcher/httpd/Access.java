package org.sluice.launcher.httpd;

import java.util.List;
import java.util.Locale;

/** Who may ask. What is not understood completely is not taken over, and stands in the report. */
final class Access {
  private static final String EVERYBODY = "0.0.0.0/0,::/0";
  private static final String CLOSED =
      "closed, because not every condition for access was taken over";

  private Access() {}

  /** Whether the directive keeps somebody out. */
  static boolean guards(Directive directive) {
    String key = directive.key();
    return key.startsWith("auth")
        || key.startsWith("require")
        || List.of("order", "allow", "deny", "satisfy", "sslverifyclient", "sslrequire")
            .contains(key);
  }

  /** Whether a section or what stands in it keeps somebody out. */
  static boolean keepsOut(Directive section) {
    List<Directive> children = section.children();
    boolean open = children.stream().anyMatch(Access::grants);
    return children.stream()
        .anyMatch(
            each ->
                keepsOut(each)
                    || (guards(each) && !grants(each) && !(open && each.key().equals("order"))));
  }

  /** Whether the directive lets everybody in. */
  static boolean grants(Directive directive) {
    String words = String.join(" ", directive.words()).toLowerCase(Locale.ROOT);
    return (directive.key().equals("require") && words.equals("all granted"))
        || (directive.key().equals("allow") && words.equals("from all"));
  }

  /** Whether the directive is one of those that a later section says anew, all of them at once. */
  static boolean requires(Directive directive) {
    return directive.key().startsWith("require");
  }

  /**
   * Takes out what an earlier section of the same path required.
   *
   * @param shut whether the path was closed for something that the later section does not replace
   */
  static void forget(Draft into, boolean shut) {
    into.remove("access.allow").remove("auth.require");
    if (!shut) {
      into.remove("access.deny").uncomment(CLOSED);
    }
  }

  /** Whether a file has something that keeps somebody out, here and below. */
  static boolean isGuarded(Draft draft) {
    return draft.has("access.allow")
        || draft.has("access.deny")
        || draft.has("auth.file")
        || draft.has("auth.require");
  }

  /** A guard that was not understood must not become an open door. */
  static void close(Draft into) {
    if (!EVERYBODY.equals(into.get("access.deny"))) {
      into.comment(CLOSED);
      into.set("access.deny", EVERYBODY);
    }
  }

  /** {@code 192.168.1} is 192.168.1.0/24; what has a mask already stays as it is. */
  private static String network(String text) {
    if (!text.matches("[0-9]+(\\.[0-9]+){0,2}\\.?")) {
      return text;
    }
    String[] parts = text.split("\\.");
    StringBuilder whole = new StringBuilder(String.join(".", parts));
    for (int i = parts.length; i < 4; i++) {
      whole.append(".0");
    }
    return whole.append('/').append(8 * parts.length).toString();
  }

  static boolean take(Directive directive, Draft into) {
    switch (directive.key()) {
      case "authtype" -> {
        return directive.word(0).equalsIgnoreCase("basic");
      }
      case "authname" -> into.set("auth.realm", directive.word(0));
      case "authuserfile" -> into.set("auth.file", directive.word(0));
      case "authgroupfile" -> into.set("auth.groups", directive.word(0));
      case "authbasicprovider" -> {
        return directive.word(0).equalsIgnoreCase("file");
      }
      case "require" -> {
        return require(directive, into);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static boolean require(Directive directive, Draft into) {
    List<String> rest = directive.from(1);
    switch (directive.word(0).toLowerCase(Locale.ROOT)) {
      case "all" -> {
        if (directive.word(1).equalsIgnoreCase("denied")) {
          into.set("access.deny", EVERYBODY);
        }
      }
      case "local" -> into.add("access.allow", "127.0.0.0/8,::1");
      case "ip" -> rest.forEach(network -> into.add("access.allow", network(network)));
      case "valid-user" -> into.add("auth.require", "valid-user");
      case "user" -> into.add("auth.require", "user " + String.join(" ", rest));
      case "group" -> into.add("auth.require", "group " + String.join(" ", rest));
      default -> {
        return false;
      }
    }
    return true;
  }
}
