package org.sluice.ssi.internal.text;

/** Sizes as {@code fsize} prints them: {@code abbrev} in four columns, or all digits in groups. */
public final class Sizes {
  private static final String SUFFIXES = "KMGTPE";

  private Sizes() {}

  /** All digits, in groups of three. */
  public static String bytes(long size) {
    String digits = Long.toString(size);
    StringBuilder out = new StringBuilder(digits);
    for (int i = digits.length() - 3; i > 0; i -= 3) {
      out.insert(i, ',');
    }
    return out.toString();
  }

  /**
   * Three columns and a suffix: below 973 the number and a blank; else in powers of 1,024, with one
   * decimal up to 9.
   */
  public static String abbreviated(long size) {
    if (size < 973) {
      return pad(size) + ' ';
    }
    long rest = size;
    long remainder;
    int suffix = -1;
    do {
      remainder = rest & 1023;
      rest >>= 10;
      suffix++;
    } while (rest >= 973);
    char unit = SUFFIXES.charAt(suffix);
    if (rest < 9 || (rest == 9 && remainder < 973)) {
      long tenths = (remainder * 5 + 256) / 512;
      if (tenths >= 10) {
        rest++;
        tenths = 0;
      }
      return rest + "." + tenths + unit;
    }
    if (remainder >= 512) {
      rest++;
    }
    return pad(rest) + unit;
  }

  private static String pad(long number) {
    String digits = Long.toString(number);
    return "   ".substring(Math.min(3, digits.length())) + digits;
  }
}
