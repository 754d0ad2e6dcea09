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
 */
public record Template(List<Part> parts, boolean whole, long weight) {

  /** Copies the parts. */
  public Template {
    parts = List.copyOf(parts);
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

    /** The template. */
    public Template build(boolean whole) {
      return new Template(parts, whole, weight);
    }
  }
}
