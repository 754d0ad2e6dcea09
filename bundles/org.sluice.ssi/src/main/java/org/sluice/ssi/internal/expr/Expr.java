package org.sluice.ssi.internal.expr;

/** A parsed expression. Immutable; evaluated by many pages at once. */
@FunctionalInterface
public interface Expr {

  /** Its truth. */
  boolean test(Scope scope) throws ExprException;

  /** A part of an expression that gives text. */
  @FunctionalInterface
  interface Word {
    /** Its text; never null. */
    String text(Scope scope) throws ExprException;
  }

  /** Parses with the grammar that the route asks for. */
  static Expr parse(String text, boolean legacy) throws ExprException {
    try {
      return legacy ? new LegacyParser(text).parse() : new ModernParser(text).parse();
    } catch (StackOverflowError e) {
      throw new ExprException("it is nested too deeply");
    }
  }
}
