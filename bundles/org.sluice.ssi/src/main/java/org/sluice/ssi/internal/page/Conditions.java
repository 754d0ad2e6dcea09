package org.sluice.ssi.internal.page;

/**
 * Which part of a document is visible. Within a hidden part only the depth of {@code if}s counts;
 * where output is visible, every enclosing branch was taken, so that one set of flags suffices.
 */
public final class Conditions {
  private boolean visible = true;
  private boolean taken = true;
  private boolean failed;
  private int hidden;

  Conditions() {}

  /** Whether output is visible here. */
  public boolean visible() {
    return visible;
  }

  /** Whether this place is in an {@code if} within a hidden branch. */
  public boolean nestedInHidden() {
    return hidden > 0;
  }

  /** Whether a branch of the current chain was taken. */
  public boolean taken() {
    return taken;
  }

  /** Whether an expression of the current chain failed: nothing of it is shown any more. */
  public boolean failed() {
    return failed;
  }

  /** An {@code if} in a hidden branch. */
  public void enterHidden() {
    hidden++;
  }

  /** An {@code endif} in a hidden branch. */
  public void leaveHidden() {
    hidden--;
  }

  /** A branch with that truth begins. */
  public void branch(boolean truth) {
    visible = truth;
    taken = truth;
  }

  /** The branch that was taken has ended. */
  public void hide() {
    visible = false;
  }

  /** The expression failed. */
  public void fail() {
    visible = false;
    taken = false;
    failed = true;
  }

  /** The chain has ended. */
  public void end() {
    visible = true;
    taken = true;
    failed = false;
  }
}
