package org.sluice.backend.internal;

/** One backend and no other. */
final class SinglePlan implements Plan {
  private final Hop hop;

  SinglePlan(Hop hop) {
    this.hop = hop;
  }

  @Override
  public void next(Waiting waiting) {
    waiting.go(hop);
  }

  @Override
  public boolean hasMore() {
    return false;
  }

  @Override
  public void failed(Hop failed, Fault fault, String reason) {
    // Nobody chooses.
  }

  @Override
  public void answered(Hop answering, int status) {
    // Nobody chooses.
  }

  @Override
  public void ended(Hop done, long bytes) {
    // Nobody chooses.
  }
}
