package org.sluice.launcher.httpd;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values of httpd as we write them. */
final class Values {
  private static final Pattern TIME = Pattern.compile("([0-9]+)(ms|s|mi|min|h)?");

  private Values() {}

  /** A time; a number alone has the unit that the directive gives it. */
  static String duration(String text, String unit) {
    Matcher time = TIME.matcher(text);
    if (!time.matches()) {
      return text;
    }
    String given = time.group(2) == null ? unit : time.group(2);
    return time.group(1) + (given.startsWith("mi") ? "m" : given);
  }

  /** The target that stands for a URL of a proxy, or null if there is none. */
  static String target(String url) {
    if (url.equals("!")) {
      return "!";
    }
    if (url.startsWith("unix:")) {
      int pipe = url.indexOf('|');
      String behind = pipe < 0 ? "" : url.substring(pipe + 1);
      if (behind.startsWith("fd://")) {
        // What stands before the bar only made httpd accept the URL.
        return "fd:" + behind.substring("fd://".length());
      }
      return behind.startsWith("http:") ? url : null;
    }
    if (url.startsWith("http://") || url.startsWith("balancer://")) {
      return url;
    }
    if (url.startsWith("ws://")) {
      return "http://" + url.substring("ws://".length());
    }
    if (url.startsWith("fd://")) {
      return "fd:" + url.substring("fd://".length());
    }
    if (url.startsWith("scgi://")) {
      return "scgi:" + url.substring("scgi://".length()).replaceFirst("/$", "");
    }
    return null;
  }

  /** Why a URL has no target. */
  static String whyNot(String url) {
    int colon = url.indexOf(':');
    String scheme = colon < 0 ? url : url.substring(0, colon);
    return switch (scheme) {
      case "https", "wss", "h2" -> "TLS to backends is not spoken";
      case "h2c" -> "HTTP/2 to backends is not spoken";
      case "ajp" -> "AJP is not spoken; let the backend offer HTTP";
      case "fcgi" -> "FastCGI is not spoken; scgi:, http: and unix: are";
      default -> "no handler for " + scheme;
    };
  }

  /** The longest path of whole segments with which every match of a regular expression begins. */
  static String literalPath(String regex) {
    if (!regex.startsWith("^/")) {
      return "/";
    }
    int end = 1;
    while (end < regex.length() && isLiteral(regex.charAt(end))) {
      end++;
    }
    boolean quantified = end < regex.length() && "?*{".indexOf(regex.charAt(end)) >= 0;
    String literal = regex.substring(1, quantified ? end - 1 : end);
    int bar = regex.indexOf('|');
    boolean alternatives = bar >= 0 && regex.indexOf('(') > bar;
    return alternatives ? "/" : literal.substring(0, literal.lastIndexOf('/') + 1);
  }

  private static boolean isLiteral(char c) {
    return Character.isLetterOrDigit(c) || "/_-~".indexOf(c) >= 0;
  }
}
