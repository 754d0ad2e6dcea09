package org.sluice.accesslog.internal.format;

/**
 * One {@code %} directive of a format, parsed.
 *
 * @param name of the item
 * @param argument in braces, or null
 * @param statuses the item is printed for, or null for all
 * @param negated whether for all but those
 * @param side {@code <}, {@code >} or 0 for the item's own
 */
record Directive(String name, String argument, int[] statuses, boolean negated, char side) {
  @Override
  public String toString() {
    return "%"
        + (argument == null ? "" : "{" + argument + "}")
        + (name.length() == 1 || name.charAt(0) == '^' ? name : "(" + name + ")");
  }
}
