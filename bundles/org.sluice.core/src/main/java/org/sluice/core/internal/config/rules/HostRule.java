package org.sluice.core.internal.config.rules;

import java.net.IDN;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import org.sluice.core.internal.config.keys.BadValueException;

/** Host names of sites. */
public final class HostRule {
  private HostRule() {}

  /**
   * The name as the table keeps it: lower case, without a dot at the end; IPv6 literals in brackets
   * and in one spelling.
   *
   * @throws BadValueException with what is allowed
   */
  public static String parse(String text) throws BadValueException {
    if (text.startsWith("[") || text.chars().filter(c -> c == ':').count() > 1) {
      String literal = canonicalLiteral(text.startsWith("[") ? text : "[" + text + "]");
      if (literal == null) {
        throw new BadValueException("not an IPv6 address: " + text);
      }
      return literal;
    }
    if (text.equals("*")) {
      throw new BadValueException("a site for all names has an empty hosts=");
    }
    if (text.indexOf(':') >= 0) {
      throw new BadValueException("a host name has no port; ports stand in listen=: " + text);
    }
    String lower = text.toLowerCase(Locale.ROOT);
    String name = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    check(text, name.startsWith("*.") ? name.substring(2) : name);
    return name;
  }

  private static void check(String text, String name) throws BadValueException {
    if (name.indexOf('*') >= 0) {
      throw new BadValueException(
          "a wildcard stands for the first labels only, for example *.b.example: " + text);
    }
    if (name.chars().anyMatch(c -> c >= 0x80)) {
      throw new BadValueException("write the name in ASCII" + ascii(name) + ": " + text);
    }
    boolean good = !name.isEmpty() && name.length() <= 253;
    for (String label : name.split("\\.", -1)) {
      good &= label.matches("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");
    }
    if (!good) {
      throw new BadValueException(
          "a host name is labels of letters, digits and '-' with dots between them: " + text);
    }
  }

  private static String ascii(String name) {
    try {
      return " (" + IDN.toASCII(name) + ")";
    } catch (IllegalArgumentException none) {
      return "";
    }
  }

  /** The one spelling of an IPv6 literal in brackets, or null if it is none. No look-up. */
  public static String canonicalLiteral(String text) {
    if (!text.matches("\\[[0-9A-Fa-f:.]+\\]") || text.indexOf(':') < 0) {
      return null;
    }
    try {
      InetAddress address = InetAddress.getByName(text);
      return address instanceof Inet6Address ? "[" + ListenRule.text(address) + "]" : text;
    } catch (UnknownHostException notAnAddress) {
      return null;
    }
  }
}
