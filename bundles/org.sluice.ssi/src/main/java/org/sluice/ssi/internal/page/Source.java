package org.sluice.ssi.internal.page;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.sluice.api.http.Body;
import org.sluice.ssi.internal.parse.Part;
import org.sluice.ssi.internal.parse.TagParser;
import org.sluice.ssi.internal.parse.Template;

/**
 * The parts of a document: of a template that was parsed before, or parsed while they arrive. In
 * the second case only the parts of one buffer are held, unless they are kept for the next request.
 */
public final class Source {
  private static final CompletableFuture<ByteBuffer> END = CompletableFuture.completedFuture(null);

  private final Body body;
  private final TemplateCache.Place place;
  private TagParser parser;
  private Template.Builder builder = new Template.Builder();
  private Template.Builder kept;
  private Template template;
  private CompletableFuture<ByteBuffer> outstanding;
  private int at;
  private boolean opened;
  private boolean ended;
  private boolean whole = true;
  private boolean hiddenReported;
  private final Page page;

  /**
   * The source of a page.
   *
   * @param place where a template may be found and kept, or null
   */
  public Source(Page page, Body body, TemplateCache.Place place) {
    this.page = page;
    this.body = body;
    this.place = place;
  }

  /** First use, on a worker: looks for a template. */
  private void open() {
    if (place != null) {
      use(place.find());
    }
    if (opened) {
      return;
    }
    opened = true;
    parser = new TagParser(page.settings().tags, page.entities(), sink());
    if (place != null && place.keeps()) {
      kept = builder;
    }
  }

  private void use(Template known) {
    if (known == null) {
      return;
    }
    opened = true;
    template = known;
    whole = template.whole();
    ended = true;
    body.close();
  }

  private TagParser.Sink sink() {
    return new TagParser.Sink() {
      @Override
      public void text(byte[] bytes, int from, int to) {
        builder.text(bytes, from, to);
      }

      @Override
      public void element(org.sluice.ssi.internal.parse.Element element) {
        builder.element(element);
      }
    };
  }

  /** Whether no part is at hand. */
  boolean isEmpty() {
    if (!opened) {
      open();
    }
    int size = template != null ? template.parts().size() : builder.parts().size();
    return at >= size;
  }

  /** The pace of a template that is at hand, or null: then a worker has to look. Never blocks. */
  Template.Pace pace() {
    if (!opened && place != null) {
      use(place.known());
    }
    return template == null ? null : template.pace();
  }

  Part next() {
    return template != null ? template.parts().get(at++) : builder.parts().get(at++);
  }

  /** A part that comes later, 0 for the next; null when it is not at hand. */
  Part peek(int index) {
    java.util.List<Part> parts = template != null ? template.parts() : builder.parts();
    return at + index < parts.size() ? parts.get(at + index) : null;
  }

  /** Whether no part will come. */
  boolean ended() {
    return ended;
  }

  /** Whether the document ended outside of elements. */
  boolean whole() {
    return whole;
  }

  void reportedIncomplete() {
    whole = true;
    hiddenReported = true;
  }

  boolean reportedHidden() {
    boolean before = hiddenReported;
    hiddenReported = true;
    return before;
  }

  /** Asks for the next buffer, or gives the one that was asked for before. */
  CompletableFuture<ByteBuffer> read() {
    CompletableFuture<ByteBuffer> asked = outstanding;
    outstanding = null;
    if (asked != null) {
      return asked;
    }
    if (kept == null) {
      // What was rendered is not needed any more.
      builder = new Template.Builder();
      at = 0;
    }
    return ended ? END : body.read().toCompletableFuture();
  }

  void keep(CompletableFuture<ByteBuffer> asked) {
    outstanding = asked;
  }

  /** Parses a buffer; null is the end. */
  void arrived(ByteBuffer buffer) {
    if (buffer == null) {
      ended = true;
      whole = parser.finish();
      if (kept != null) {
        place.keep(kept.build(whole));
      }
      return;
    }
    if (buffer.hasArray()) {
      int from = buffer.arrayOffset() + buffer.position();
      parser.feed(buffer.array(), from, from + buffer.remaining());
    } else {
      byte[] copy = new byte[buffer.remaining()];
      buffer.get(copy);
      parser.feed(copy, 0, copy.length);
    }
    if (kept != null && !place.fits(kept.weight())) {
      kept = null;
    }
  }

  void close() {
    body.close();
  }
}
