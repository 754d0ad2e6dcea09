package org.sluice.core.internal.config.keys;

import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The rule of a plug-in's key that a text, or each part of a list, has a certain form. */
record PatternCheck(Pattern pattern, String form) implements KeySpec.Check {

  /** The rule, or null for none. */
  static PatternCheck of(String regex, String form) throws BadValueException {
    if (regex.isEmpty()) {
      return null;
    }
    try {
      return new PatternCheck(Pattern.compile(regex), form.isEmpty() ? regex : form);
    } catch (PatternSyntaxException e) {
      throw new BadValueException("its pattern is no regular expression: " + e.getDescription());
    }
  }

  @Override
  public void check(String name, Object value) throws BadValueException {
    for (Object part : value instanceof List<?> list ? list : List.of(value)) {
      if (!pattern.matcher(part.toString()).matches()) {
        throw new BadValueException("'" + part + "' is not allowed; allowed are " + form);
      }
    }
  }
}
