package org.sluice.ssi.internal.element;

import org.sluice.ssi.api.SsiAttribute;
import org.sluice.ssi.api.SsiException;
import org.sluice.ssi.internal.expr.Expr;
import org.sluice.ssi.internal.expr.ExprException;
import org.sluice.ssi.internal.expr.Scope;
import org.sluice.ssi.internal.page.Page;
import org.sluice.ssi.internal.page.PageScope;

/** The expression of {@code if} and {@code elif}: parsed once per document, evaluated per page. */
final class Condition {
  private Condition() {}

  /** Evaluates the expression and opens or hides the branch; on failure the whole chain. */
  static void branch(Page page) throws SsiException {
    String text = null;
    try {
      text = text(page);
      Expr expr = parsed(page, text);
      decide(page, expr, text, new PageScope(page));
    } catch (ExprException e) {
      page.conditions().fail();
      throw new SsiException("expr=\"" + text + "\": " + e.getMessage());
    } catch (SsiException e) {
      page.conditions().fail();
      throw e;
    }
  }

  private static void decide(Page page, Expr expr, String text, PageScope scope)
      throws ExprException, SsiException {
    try {
      page.conditions().branch(expr.test(scope));
    } catch (Scope.LookupNeeded needed) {
      scope.lookUp(needed.target(), () -> again(page, expr, text, scope));
    }
  }

  /** Evaluates again when one more URL is known. */
  private static void again(Page page, Expr expr, String text, PageScope scope)
      throws SsiException {
    try {
      decide(page, expr, text, scope);
    } catch (ExprException e) {
      page.conditions().fail();
      throw new SsiException("expr=\"" + text + "\": " + e.getMessage());
    }
  }

  private static String text(Page page) throws SsiException {
    if (page.attributes().size() != 1) {
      throw page.error(page.element() + " needs expr= and nothing else");
    }
    SsiAttribute attribute = page.attributes().get(0);
    if (!attribute.name().equals("expr")) {
      throw page.error("unknown attribute " + attribute.name() + "; allowed is expr");
    }
    if (attribute.raw() == null) {
      throw page.error("expr has no value");
    }
    return attribute.raw();
  }

  private static Expr parsed(Page page, String text) throws ExprException {
    boolean legacy = page.legacyExpressions();
    if (page.current().compiled() instanceof Compiled compiled && compiled.legacy == legacy) {
      if (compiled.failure != null) {
        throw compiled.failure;
      }
      return compiled.expr;
    }
    try {
      Expr expr = Expr.parse(text, legacy);
      page.current().compiled(new Compiled(expr, null, legacy));
      return expr;
    } catch (ExprException e) {
      page.current().compiled(new Compiled(null, e, legacy));
      throw e;
    }
  }

  private record Compiled(Expr expr, ExprException failure, boolean legacy) {}
}
