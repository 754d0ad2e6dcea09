package org.sluice.fdpass.internal;

import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.handoff.api.Completion;
import org.sluice.handoff.api.CompletionListener;
import org.sluice.handoff.api.Report;

/**
 * Given streams that have ended, as their receivers say ({@code END}). Each memo counts once; of a
 * receiver that repeats itself the repetition is ignored.
 */
final class Completions {
  private static final Logger LOG = LoggerFactory.getLogger(Completions.class);

  private final Memos memos;
  private final RecentMemos recent = new RecentMemos();
  private final LongAdder ended = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private volatile CompletionListener listener;

  Completions(Memos memos) {
    this.memos = memos;
  }

  void listener(CompletionListener newListener) {
    listener = newListener;
  }

  CompletionListener listener() {
    return listener;
  }

  /** Any thread. */
  void ended(Report report, Receiver from) {
    Memos.Memo memo = memos.read(report.name());
    if (memo == null || !recent.isNew(report.name())) {
      refused.increment();
      LOG.debug("receiver {}: END with a memo that is not ours, or again", from.path);
      return;
    }
    ended.increment();
    bytes.add(report.lease().written());
    CompletionListener to = listener;
    if (to == null) {
      return;
    }
    long now = System.currentTimeMillis();
    to.completed(
        new Completion(
            memo.site(),
            memo.route(),
            memo.exchangeId(),
            memo.clientAddress(),
            memo.clientPort(),
            memo.requestLine(),
            memo.host(),
            memo.receiver(),
            memo.dialect(),
            report.lease().status(),
            report.lease().written(),
            report.lease().body(),
            memo.beginMillis() * 1_000,
            Math.max(0, now - memo.beginMillis()) * 1_000_000));
  }

  long count() {
    return ended.sum();
  }

  long writtenBytes() {
    return bytes.sum();
  }

  long refused() {
    return refused.sum();
  }
}
