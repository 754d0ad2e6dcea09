package org.sluice.core.internal.config.read;

import java.util.List;

/**
 * What the name of a file in {@code etc/} says.
 *
 * @param file for example {@code org.sluice.route~x.cfg}
 * @param pid for example {@code org.sluice.route}
 * @param name what stands between {@code ~} and {@code .cfg}, or null
 */
public record FileName(String file, String pid, String name) {

  /** What a file holds. */
  public enum Kind {
    /** A site. */
    SITE,
    /** A route. */
    ROUTE,
    /** Settings of the core. */
    CORE,
    /** An access log: a plug-in's file whose {@code site} the core checks. */
    ACCESS_LOG,
    /** A member of a balancer: a plug-in's file whose keys the core checks. */
    MEMBER,
    /** A plug-in's own file, handed to Configuration Admin as it is. */
    PLUGIN;

    /** Whether a plug-in gets the file by Configuration Admin; what is the core's is only shown. */
    public boolean isForPlugin() {
      return this == PLUGIN || this == ACCESS_LOG || this == MEMBER;
    }
  }

  /** Folder shown in messages. */
  public static final String FOLDER = "etc/";

  private static final String SUFFIX = ".cfg";
  private static final String OURS = "org.sluice.";

  private static final List<String> FORMS =
      List.of(
          "org.sluice.site~NAME.cfg",
          "org.sluice.route~NAME.cfg",
          "org.sluice.core.cfg",
          "org.sluice.member~NAME.cfg",
          "org.sluice.accesslog~NAME.cfg");

  /** Bundles of ours that may have files of their own, whether they are installed or not. */
  private static final List<String> BUNDLES =
      List.of(
          "server", "fdpass", "files", "ssi", "cgi", "backend", "access", "shell", "flush", "ssh",
          "metrics", "console", "tls");

  /**
   * Whether a file of this name is read: its name ends in {@code .cfg} and does not begin with a
   * dot. Editors' leftovers ({@code .x.cfg.swp}, {@code x.cfg~}, {@code .#x.cfg}, {@code #x.cfg#})
   * are not.
   */
  public static boolean isRead(String file) {
    return file.endsWith(SUFFIX)
        && file.length() > SUFFIX.length()
        && file.charAt(0) != '.'
        && file.charAt(0) != '#';
  }

  /** Takes a name apart; what is wrong with it is found by {@link #check}. */
  public static FileName parse(String file) {
    String stem = file.substring(0, file.length() - SUFFIX.length());
    int tilde = stem.indexOf('~');
    return tilde < 0
        ? new FileName(file, stem, null)
        : new FileName(file, stem.substring(0, tilde), stem.substring(tilde + 1));
  }

  /** What the file holds, by its PID. */
  public Kind kind() {
    return switch (pid) {
      case "org.sluice.site" -> Kind.SITE;
      case "org.sluice.route" -> Kind.ROUTE;
      case "org.sluice.core" -> Kind.CORE;
      case "org.sluice.accesslog" -> Kind.ACCESS_LOG;
      case "org.sluice.member" -> Kind.MEMBER;
      default -> Kind.PLUGIN;
    };
  }

  /** The file as messages name it. */
  public String display() {
    return FOLDER + file;
  }

  /** Reports a name that cannot take effect. */
  public void check(Problems problems, Iterable<String> pluginPids) {
    Kind kind = kind();
    if (name != null && !isName(name)) {
      problems.error(
          display(), 0, "the part behind ~ is a name of letters, digits, '-', '_' and '.'");
    } else if (kind == Kind.CORE && name != null) {
      problems.error(display(), 0, "the core has one file: org.sluice.core.cfg");
    } else if (name == null && (kind == Kind.SITE || kind == Kind.ROUTE || kind == Kind.MEMBER)) {
      problems.error(display(), 0, "the name is missing: " + pid + "~NAME.cfg");
    } else if (kind == Kind.PLUGIN && pid.startsWith(OURS) && !isKnown(pluginPids)) {
      problems.error(
          display(),
          0,
          "no part of Sluice reads this file; known are "
              + String.join(", ", FORMS)
              + nearestForm());
    }
  }

  private boolean isKnown(Iterable<String> pluginPids) {
    String rest = pid.substring(OURS.length());
    int dot = rest.indexOf('.');
    String bundle = dot < 0 ? rest : rest.substring(0, dot);
    for (String known : pluginPids) {
      if (known.equals(pid)) {
        return true;
      }
    }
    return BUNDLES.contains(bundle);
  }

  private String nearestForm() {
    String text = file.replace('-', '~');
    int tilde = text.indexOf('~');
    String word = tilde < 0 ? text.substring(0, text.length() - SUFFIX.length()) : text;
    String head = tilde < 0 ? word : text.substring(0, tilde);
    String tail = name != null ? name : tilde < 0 ? "NAME" : text.substring(tilde + 1);
    tail = tail.endsWith(SUFFIX) ? tail.substring(0, tail.length() - SUFFIX.length()) : tail;
    String near =
        Nearest.of(
            head,
            List.of(
                "org.sluice.site",
                "org.sluice.route",
                "org.sluice.member",
                "org.sluice.core",
                "org.sluice.accesslog"));
    if (near == null) {
      return "";
    }
    return "; did you mean " + near + (near.endsWith("core") ? "" : "~" + tail) + ".cfg?";
  }

  /** Whether the text may be a site's or route's name. */
  public static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!plain && c != '-' && c != '_' && c != '.') {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
