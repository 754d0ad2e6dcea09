package org.sluice.ssi.internal.page;

import org.sluice.ssi.internal.parse.Element;

/** The four elements that are looked at in hidden branches, too. */
final class Conditionals {
  private Conditionals() {}

  static boolean is(String name) {
    return switch (name) {
      case "if", "elif", "else", "endif" -> true;
      default -> false;
    };
  }

  /**
   * Keeps the structure right when such an element is malformed.
   *
   * @return whether that is all there is to do: nothing is printed in a hidden branch
   */
  static boolean malformed(Page page, Element element) {
    Conditions conditions = page.conditions();
    switch (element.name()) {
      case "if" -> {
        if (!conditions.visible()) {
          conditions.enterHidden();
          return true;
        }
        page.log(element.problem());
        page.writeErrorText();
        conditions.fail();
        return true;
      }
      case "elif" -> {
        if (!conditions.nestedInHidden() && !conditions.taken()) {
          page.log(element.problem());
          page.writeErrorText();
          conditions.fail();
        } else if (!conditions.nestedInHidden()) {
          conditions.hide();
        }
        return true;
      }
      default -> {
        return !conditions.visible();
      }
    }
  }
}
