package org.sluice.ssi.internal.page;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.sluice.api.http.FileFacts;
import org.sluice.api.http.Response;
import org.sluice.api.http.Subrequest;
import org.sluice.ssi.api.SsiAttribute;
import org.sluice.ssi.api.SsiException;
import org.sluice.ssi.internal.element.Targets;
import org.sluice.ssi.internal.parse.Element;
import org.sluice.ssi.internal.parse.Part;

/**
 * Starts what a page is certain to ask for before it gets there, {@code ssi.parallel} at a time;
 * the page still takes each in its order.
 *
 * <p>Certain are the first documents of includes, and files of fsize and flastmod, that stand
 * behind the current element on the same level, are named without variables, and have nothing
 * before them that could set one. An included page is not rendered before it is due.
 */
final class Lookahead {
  /** Parts that are looked at. */
  private static final int HORIZON = 256;

  private final Page page;
  private final Map<String, Deque<Ahead>> started = new HashMap<>();
  private int running;

  /** A subrequest that was started ahead. */
  private record Ahead(
      Link link, CompletableFuture<Response> response, CompletableFuture<FileFacts> facts) {}

  Lookahead(Page page) {
    this.page = page;
  }

  /** The content that was started ahead, or null. */
  CompletableFuture<Response> content(String target, Link.Purpose purpose) {
    Ahead ahead = take(key(target, purpose));
    if (ahead == null) {
      return null;
    }
    ahead.link.turn().complete(null);
    return ahead.response;
  }

  /** The file that was looked up ahead, or null. */
  CompletableFuture<FileFacts> facts(String target) {
    Ahead ahead = take(key(target, Link.Purpose.FACTS));
    return ahead == null ? null : ahead.facts;
  }

  private Ahead take(String key) {
    Deque<Ahead> all = started.isEmpty() ? null : started.get(key);
    Ahead ahead = all == null ? null : all.poll();
    if (ahead != null) {
      running--;
    }
    return ahead;
  }

  private static String key(String target, Link.Purpose purpose) {
    return purpose + " " + target;
  }

  /** Looks behind the element that asks now; does nothing while something is ahead already. */
  void look(Source source) {
    int most = page.settings().parallel - 1;
    if (running > 0 || most == 0 || page.keptBody() != null) {
      return;
    }
    int depth = 0;
    for (int i = 0; i < HORIZON && running < most; i++) {
      Part part = source.peek(i);
      if (part == null) {
        return;
      }
      if (!(part instanceof Element element)) {
        continue;
      }
      depth = depth(element, depth);
      if (depth < 0 || (depth == 0 && !harmless(element)) || !start(element, depth)) {
        return;
      }
    }
  }

  /** How many ifs deep it goes on; -1 where the level of the current element ends. */
  private static int depth(Element element, int depth) {
    return switch (element.name()) {
      case "if" -> depth + 1;
      case "endif" -> depth - 1;
      case "elif", "else" -> depth == 0 ? -1 : depth;
      default -> depth > 0 && !harmless(element) ? -1 : depth;
    };
  }

  private static boolean harmless(Element element) {
    return switch (element.name()) {
      case "comment", "echo", "fsize", "flastmod", "include", "printenv", "if", "endif" ->
          element.problem() == null;
      default -> false;
    };
  }

  /** Starts what an element names first; false when no more may be started. */
  private boolean start(Element element, int depth) {
    boolean facts = element.name().equals("fsize") || element.name().equals("flastmod");
    boolean wanted = facts || element.name().equals("include");
    if (!wanted || depth > 0 || element.attributes().isEmpty()) {
      return true;
    }
    SsiAttribute first = element.attributes().get(0);
    boolean file = first.name().equals("file");
    if (first.value() == null
        || !(file || first.name().equals("virtual"))
        || first.value().indexOf('$') >= 0
        || first.value().indexOf('\\') >= 0) {
      return true;
    }
    try {
      String target =
          file
              ? Targets.file(first.name(), first.value())
              : Targets.virtual(first.name(), first.value());
      Link.Purpose purpose =
          facts ? Link.Purpose.FACTS : file ? Link.Purpose.FILE : Link.Purpose.CONTENT;
      add(target, purpose);
      return true;
    } catch (SsiException e) {
      // It is refused, and told so, when its turn comes.
      return false;
    }
  }

  private void add(String target, Link.Purpose purpose) throws SsiException {
    Ahead ahead;
    if (purpose == Link.Purpose.FACTS) {
      ahead = new Ahead(null, null, page.fetches().facts(target));
    } else {
      Link link = new Link(page, purpose, false);
      CompletableFuture<Response> response =
          page.fetches()
              .start(Subrequest.get(target), link)
              .thenApply(answer -> answer.withBody(new AheadBody(answer.body())));
      ahead = new Ahead(link, response, null);
    }
    started.computeIfAbsent(key(target, purpose), any -> new ArrayDeque<>(2)).add(ahead);
    running++;
  }
}
