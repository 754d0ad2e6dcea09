package org.sluice.ssi.internal.parse;

import java.util.ArrayList;
import java.util.List;

/**
 * A parsed document: its parts, and whether it ended within an element. Immutable; shared by all
 * requests for the document.
 *
 * @param parts in their order
 * @param whole false if it ended within an element
 * @param weight bytes it takes in memory, roughly
 * @param pace whether it is quick to render
 */
public record Template(List<Part> parts, boolean whole, long weight, Pace pace) {

  /** Copies the parts. */
  public Template {
    parts = List.copyOf(parts);
  }

  /** Whether rendering has been quick so far; shared by all requests for the document. */
  public static final class Pace {
    /** So often in a row it must have been slow: once is the compiler's or the machine's fault. */
    private static final int STRIKES = 8;

    /** One of so many renderings tries again. */
    private static final int AGAIN = 512;

    private final boolean looksQuick;
    private volatile int strikes;
    private int refused;

    Pace(boolean looksQuick) {
      this.looksQuick = looksQuick;
    }

    /**
     * Whether it may be rendered where nothing must take long. After it was slow it is tried again
     * now and then: the machine may have been busy. Exact counts do not matter.
     */
    public boolean quick() {
      if (!looksQuick || strikes < STRIKES) {
        return looksQuick;
      }
      if (++refused % AGAIN != 0) {
        return false;
      }
      strikes = STRIKES - 1;
      return true;
    }

    /** Notes how it went; exact counts do not matter. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    public void rendered(boolean slowly) {
      if (slowly) {
        strikes++;
      } else if (strikes > 0) {
        strikes = 0;
      }
    }
  }

  /** Collects parts as they are parsed. */
  public static final class Builder implements TagParser.Sink {
    private final List<Part> parts = new ArrayList<>();
    private long weight = 64;

    @Override
    public void text(byte[] bytes, int from, int to) {
      byte[] copy = java.util.Arrays.copyOfRange(bytes, from, to);
      parts.add(new Part.Text(copy));
      weight += copy.length + 48L;
    }

    @Override
    public void element(Element element) {
      parts.add(element);
      weight += 96;
      for (var attribute : element.attributes()) {
        String raw = attribute.raw();
        weight += 64 + attribute.name().length() + (raw == null ? 0 : 2L * raw.length());
      }
    }

    /** The parts so far. */
    public List<Part> parts() {
      return parts;
    }

    /** Bytes they take. */
    public long weight() {
      return weight;
    }

    /** Few elements, and none that may ask the system for something slow. */
    private boolean looksQuick() {
      int elements = 0;
      for (Part part : parts) {
        if (part instanceof Element element) {
          elements++;
          boolean slow =
              element.name().equals("printenv")
                  || element.attributes().stream()
                      .anyMatch(a -> a.raw() != null && a.raw().contains("USER_NAME"));
          if (slow) {
            return false;
          }
        }
      }
      return elements <= 100 && weight <= 64 * 1024;
    }

    /** The template. */
    public Template build(boolean whole) {
      return new Template(parts, whole, weight, new Pace(looksQuick()));
    }
  }
}
