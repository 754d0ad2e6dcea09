package org.sluice.core.internal.config.keys;

import java.util.List;
import org.sluice.api.route.Target;
import org.sluice.core.internal.config.rules.TargetRule;

/** Rules of the keys of member files beyond type and range. */
final class MemberChecks {
  private MemberChecks() {}

  static void target(String name, Object value) throws BadValueException {
    Target target = TargetRule.parse((String) value, null);
    if (!target.scheme().equals("http") && !target.scheme().equals("unix")) {
      throw new BadValueException("a member is http://HOST[:PORT][/PATH] or unix:SOCKET");
    }
  }

  static void names(String name, Object value) throws BadValueException {
    for (Object part : (List<?>) value) {
      CoreChecks.pluginName(name, part);
    }
  }

  /** {@code 1} to {@code 100}, at most two decimals; nothing behind the number. */
  static void loadFactor(String name, Object value) throws BadValueException {
    String text = (String) value;
    if (!text.matches("(100(\\.0{1,2})?|[1-9][0-9]?(\\.[0-9]{1,2})?)")) {
      throw new BadValueException("a number from 1 to 100 with at most two decimals");
    }
  }

  static void route(String name, Object value) throws BadValueException {
    if (!((String) value).matches("[A-Za-z0-9_-]{1,63}")) {
      throw new BadValueException("a route is 1 to 63 letters, digits, '-' and '_'");
    }
  }

  /** {@code +H}, {@code D-I}: letters, each set or, behind a minus, cleared. */
  static void status(String name, Object value) throws BadValueException {
    if (!((String) value).matches("[DSEINHRCdseinhrc+-]*")) {
      throw new BadValueException(
          "letters of D (disabled), S (stopped), E (error), I (ignore errors), N (drain), H (hot"
              + " standby), R (hot spare), C (check failed), each with + or - before it");
    }
  }

  static void path(String name, Object value) throws BadValueException {
    if (!((String) value).matches("/[\\x21-\\x7e&&[^#]]*")) {
      throw new BadValueException("a path, encoded, from a slash on");
    }
  }
}
