package org.sluice.launcher.httpd;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Directives that become options of a site or a route. */
final class Options {
  private Options() {}

  /** Takes one over; false for one that is not known. */
  static boolean take(Directive directive, Draft into) {
    String value = directive.word(0);
    boolean on = value.equalsIgnoreCase("on");
    switch (directive.key()) {
      case "directoryindex" -> into.set("index", String.join(",", directive.words()));
      case "errordocument" -> {
        return errorDocument(directive, into);
      }
      case "timeout" -> into.set("timeout.body", Values.duration(value, "s"));
      case "keepalivetimeout" -> into.set("timeout.keepalive", Values.duration(value, "s"));
      case "limitrequestbody" -> into.set("limit.body", value);
      case "limitrequestline" -> into.set("limit.request-line", value);
      case "limitrequestfieldsize" -> into.set("limit.header", value);
      case "limitrequestfields" -> into.set("limit.headers", value);
      case "proxypreservehost" -> into.set("backend.host", on ? "client" : "target");
      case "proxyaddheaders" -> into.set("forwarded", on ? "append" : "off");
      case "proxytimeout" -> {
        into.set("backend.first-byte-timeout", Values.duration(value, "s"));
        into.set("backend.progress-timeout", Values.duration(value, "s"));
      }
      case "proxyvia" -> via(value, into);
      case "proxyerroroverride" -> override(directive, into);
      case "proxypassreversecookiepath" ->
          into.add("backend.cookie-path", value + " " + directive.word(1));
      case "proxypassreversecookiedomain" ->
          into.add("backend.cookie-domain", value + " " + directive.word(1));
      case "header" -> {
        return field(directive, into, "header.");
      }
      case "requestheader" -> {
        return field(directive, into, "header.request.");
      }
      case "options" -> {
        return options(directive, into);
      }
      case "addoutputfilter", "setoutputfilter" -> {
        return outputFilter(directive, into);
      }
      case "addhandler" -> {
        return handler(directive, into);
      }
      case "xbithack" -> into.set("ssi.xbithack", value.toLowerCase(Locale.ROOT));
      default -> {
        return Access.take(directive, into);
      }
    }
    return true;
  }

  /** Why a directive that is not taken over is not. */
  static String why(Directive directive) {
    String key = directive.key();
    if (key.startsWith("rewrite")) {
      return "rewriting has no counterpart: routes, match= and redirect: say where paths lead";
    }
    if (key.startsWith("ssl")) {
      return "TLS is not terminated here yet";
    }
    if (key.startsWith("php") || key.contains("fcgi")) {
      return "programs of this kind stay behind http:, unix: or scgi:";
    }
    if (key.equals("setenv") || key.startsWith("setenvif") || key.equals("passenv")) {
      return "for programs there are cgi.set-env.NAME and cgi.pass-env";
    }
    return "no counterpart is known";
  }

  private static boolean errorDocument(Directive directive, Draft into) {
    String page = directive.word(1);
    if (!page.startsWith("/")) {
      return false;
    }
    into.set("error." + directive.word(0), page);
    return true;
  }

  private static void via(String value, Draft into) {
    boolean on = value.equalsIgnoreCase("on") || value.equalsIgnoreCase("full");
    into.set("backend.via", on ? "on" : value.equalsIgnoreCase("block") ? "block" : "off");
  }

  private static void override(Directive directive, Draft into) {
    boolean codes = directive.words().size() > 1;
    into.set(
        "error-override",
        codes ? String.join(",", directive.from(1)) : directive.word(0).toLowerCase(Locale.ROOT));
  }

  /** {@code Header [always] set|add|append|merge|unset NAME [VALUE]}. */
  private static boolean field(Directive directive, Draft into, String prefix) {
    List<String> words = new ArrayList<>(directive.words());
    if (!words.isEmpty()
        && (words.get(0).equalsIgnoreCase("always")
            || words.get(0).equalsIgnoreCase("onsuccess"))) {
      words.remove(0);
    }
    if (words.size() < 2 || words.size() > 3) {
      return false;
    }
    String name = words.get(1).replaceFirst(":$", "");
    String value = words.size() > 2 ? words.get(2) : "";
    if (value.contains("%{")) {
      return false;
    }
    switch (words.get(0).toLowerCase(Locale.ROOT)) {
      case "set" -> into.set(prefix + "set." + name, value);
      case "add", "append", "merge" -> into.set(prefix + "add." + name, value);
      case "unset" -> into.set(prefix + "remove." + name, "on");
      default -> {
        return false;
      }
    }
    return true;
  }

  private static boolean options(Directive directive, Draft into) {
    for (String word : directive.words()) {
      boolean off = word.startsWith("-") || word.equalsIgnoreCase("none");
      switch (word.replaceFirst("^[+-]", "").toLowerCase(Locale.ROOT)) {
        case "includes" -> into.set("ssi", off ? "off" : "on");
        case "includesnoexec" -> into.set("ssi", off ? "off" : "noexec");
        case "execcgi" -> into.set("cgi", off ? "off" : "on");
        case "none", "followsymlinks", "symlinksifownermatch", "multiviews", "indexes" -> {
          // Listings and links are judged by the file handler's own keys.
        }
        default -> {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean outputFilter(Directive directive, Draft into) {
    if (!directive.word(0).equalsIgnoreCase("INCLUDES")) {
      return false;
    }
    if (!into.has("ssi")) {
      into.set("ssi", "on");
    }
    return true;
  }

  private static boolean handler(Directive directive, Draft into) {
    if (!directive.word(0).equals("cgi-script")) {
      return false;
    }
    List<String> suffixes = new ArrayList<>();
    directive.from(1).forEach(word -> suffixes.add(word.startsWith(".") ? word : "." + word));
    into.set("cgi.suffixes", String.join(",", suffixes));
    return true;
  }
}
