package org.sluice.ssi.internal.parse;

import java.util.List;
import org.sluice.ssi.api.SsiAttribute;

/**
 * An element as it stands in a document. Immutable but for what is compiled from it on first use.
 */
public final class Element implements Part {
  private final String name;
  private final List<SsiAttribute> attributes;
  private final String problem;
  private volatile Object compiled;

  /**
   * An element.
   *
   * @param name in lower case; empty when it is missing
   * @param problem why it cannot be used, or null
   */
  public Element(String name, List<SsiAttribute> attributes, String problem) {
    this.name = name;
    this.attributes = attributes;
    this.problem = problem;
  }

  /** Name in lower case. */
  public String name() {
    return name;
  }

  /** Attributes in their order. */
  public List<SsiAttribute> attributes() {
    return attributes;
  }

  /** Why it cannot be used, or null. */
  public String problem() {
    return problem;
  }

  /** What was compiled from it, or null. */
  public Object compiled() {
    return compiled;
  }

  /** Keeps what was compiled from it; two threads may do so with equal results. */
  public void compiled(Object result) {
    compiled = result;
  }
}
