package org.sluice.ssi.internal.page;

import java.nio.charset.Charset;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.config.Options;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.FileFacts;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.api.http.Subrequest;
import org.sluice.ssi.api.Expansion;
import org.sluice.ssi.api.SsiAttribute;
import org.sluice.ssi.api.SsiContext;
import org.sluice.ssi.api.SsiException;
import org.sluice.ssi.api.SsiStep;
import org.sluice.ssi.internal.parse.Element;
import org.sluice.ssi.internal.parse.Entities;
import org.sluice.ssi.internal.text.Codings;
import org.sluice.ssi.internal.text.Sizes;
import org.sluice.ssi.internal.text.Strftime;

/**
 * One document while it is rendered: what elements see of it, and its state. Used by one worker at
 * a time; {@link PageBody} moves it along.
 *
 * <p>Longer than most files: some eighty small methods that answer elements, where splitting would
 * add calls and no concept. What has one of its own stands beside it: {@link Expander}, {@link
 * Conditions}, {@link Fetches}, {@link Lookahead}, {@link Output}.
 */
public final class Page implements SsiContext {
  private static final String SSI = "org.sluice.ssi";
  private static final Logger LOG = LoggerFactory.getLogger(SSI);

  private final Exchange exchange;
  private final Settings settings;
  private final Charset charset;
  private final Entities entities;
  private final FileFacts document;
  private final Page parent;
  private final Tree tree;
  private final int depth;
  private final boolean noexec;
  private final boolean filesOnly;
  private final Expander expander = new Expander(this);
  private final Conditions conditions = new Conditions();
  private final Output out = new Output();
  private final Deque<Body> inserted = new ArrayDeque<>(2);
  private final Fetches fetches = new Fetches(this);
  private final Lookahead lookahead = new Lookahead(this);
  private final Map<String, Boolean> accessible = new HashMap<>();

  /** Fields of answers with a status that a program chose, by identity. */
  private final Set<Headers> ownStatuses =
      Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>(2)));

  /** The file that was looked up last; fsize and flastmod of one file often stand together. */
  private String lookedUp;

  private CompletableFuture<FileFacts> factsOfIt;
  private Source source;
  private Element element;
  private boolean foreign;
  private Waiting<?> waiting;
  private String[] captures;
  private boolean matchedBefore;
  private String errorText;
  private String undefinedText;
  private String timeFormat;
  private String dateFormat;
  private boolean sizesInBytes;
  private boolean flush;
  private boolean onLoop;
  private long produced;
  private int responseStatus = 200;
  private Headers responseHeaders = Headers.empty();

  /**
   * What an element waits for.
   *
   * @param <T> the result
   */
  record Waiting<T>(CompletableFuture<T> stage, SsiStep<T> next) {
    void go(Throwable failure) throws SsiException {
      if (failure != null) {
        throw new SsiException(failure.getMessage(), failure);
      }
      next.with(stage.join());
    }
  }

  /**
   * A document at its beginning.
   *
   * @param document its file, or null
   * @param link to the page that includes it, or null
   * @param base the exchange a client sees when it is not {@code exchange}, or null
   * @param keptBody content of the request, or null
   */
  public Page(
      Exchange exchange,
      Settings settings,
      Charset charset,
      FileFacts document,
      Link link,
      Exchange base,
      byte[] keptBody) {
    this.exchange = exchange;
    this.settings = settings;
    this.charset = charset;
    this.entities = Entities.of(charset);
    this.document = document;
    this.parent = link == null ? null : link.page();
    Exchange outer = base == null ? exchange : base;
    this.tree =
        parent != null
            ? parent.tree
            : new Tree(outer, new Variables(new RequestVariables(outer, document)), keptBody);
    this.depth = parent == null ? 0 : parent.depth + 1;
    this.noexec = settings.noexec || (parent != null && parent.noexec && parent.filesOnly);
    this.filesOnly =
        (settings.noexec && !settings.noexecIncludesAny) || (parent != null && parent.filesOnly);
    this.errorText = settings.error;
    this.undefinedText = settings.undefined;
    this.timeFormat = settings.timeFormat;
    this.dateFormat = parent == null ? settings.timeFormat : parent.dateFormat;
  }

  // What elements see

  @Override
  public String element() {
    return element.name();
  }

  @Override
  public List<SsiAttribute> attributes() {
    return element.attributes();
  }

  @Override
  public Optional<String> attribute(String name) {
    for (SsiAttribute attribute : element.attributes()) {
      if (attribute.name().equals(name)) {
        return Optional.ofNullable(attribute.value());
      }
    }
    return Optional.empty();
  }

  @Override
  public String expand(String text, Expansion mode) {
    return expander.expand(text, mode);
  }

  /** Whether the last expansion took in words of the client. */
  public boolean expandedClientWords() {
    return expander.client();
  }

  @Override
  public String variable(String name) {
    if (name.length() == 1 && Character.digit(name.charAt(0), 10) >= 0 && name.charAt(0) < 0x80) {
      return capture(name.charAt(0) - '0');
    }
    return tree.variables.get(name, this);
  }

  @Override
  public void variable(String name, String value) {
    variable(name, value, false);
  }

  /** Sets a variable and remembers whether a client may have chosen its value. */
  public void variable(String name, String value, boolean fromClient) {
    tree.variables.set(name, value, fromClient);
  }

  boolean fromClient(String name) {
    boolean digit = name.length() == 1 && name.charAt(0) >= '0' && name.charAt(0) <= '9';
    return digit || tree.variables.fromClient(name);
  }

  private String capture(int index) {
    if (captures == null) {
      warn(
          "$"
              + index
              + (matchedBefore ? ": the last expression did not match" : " before a match"));
      return null;
    }
    if (index >= captures.length) {
      warn("$" + index + ": the last expression has " + (captures.length - 1) + " groups");
      return null;
    }
    return captures[index];
  }

  void matched(String[] groups) {
    captures = groups;
    matchedBefore = true;
  }

  @Override
  public Map<String, String> variables() {
    return tree.variables.copy(this);
  }

  @Override
  public void write(byte[] bytes) {
    out.write(bytes, 0, bytes.length);
  }

  @Override
  public void write(String text) {
    out.write(text);
  }

  @Override
  public void print(String text) {
    write(text.getBytes(charset));
  }

  @Override
  public String escape(String text) {
    return Codings.entity(text);
  }

  @Override
  public void insert(Body content) {
    inserted.add(content);
  }

  @Override
  public void flush() {
    flush = true;
  }

  @Override
  public CompletionStage<Response> subrequest(Subrequest subrequest) throws SsiException {
    return fetches.start(subrequest, Link.Purpose.CONTENT);
  }

  /** A subrequest for a purpose of our own. */
  public CompletionStage<Response> subrequest(Subrequest subrequest, Link.Purpose purpose)
      throws SsiException {
    lookedUp = null;
    return fetches.start(subrequest, purpose);
  }

  @Override
  public <T> void await(CompletionStage<T> stage, SsiStep<T> next) {
    if (waiting != null) {
      throw new IllegalStateException("an element waits for one thing at a time");
    }
    waiting = new Waiting<>(stage.toCompletableFuture(), next);
  }

  @Override
  public void log(String message) {
    LOG.error(
        "{}: {}: {}", where(), element == null ? "-" : name(element), Codings.printable(message));
  }

  /** Logs what may be meant as it is. */
  public void warn(String message) {
    LOG.warn("{}: {}", where(), Codings.printable(message));
  }

  private static String name(Element element) {
    return Codings.printable(element.name());
  }

  private String where() {
    String name = document == null ? exchange.path() : document.path().toString();
    String begin = foreign ? exchange.describeFailure() : exchange.describeFailure(SSI);
    return begin + ": " + Codings.printable(String.valueOf(name));
  }

  @Override
  public void writeErrorText() {
    out.write(errorText);
  }

  @Override
  public boolean mayExecute() {
    return !noexec;
  }

  boolean filesOnly() {
    return filesOnly;
  }

  @Override
  public boolean sizesInBytes() {
    return sizesInBytes;
  }

  @Override
  public String formatSize(long bytes) {
    return sizesInBytes ? Sizes.bytes(bytes) : Sizes.abbreviated(bytes);
  }

  @Override
  public String timeFormat() {
    return timeFormat;
  }

  @Override
  public String formatTime(Instant time) {
    return Strftime.format(timeFormat, time.atZone(RequestVariables.Zones.local()), null);
  }

  @Override
  public Charset charset() {
    return charset;
  }

  @Override
  public FileFacts document() {
    return document;
  }

  @Override
  public Exchange exchange() {
    return exchange;
  }

  @Override
  public Options options() {
    return exchange.match() == null ? null : exchange.match().route().options();
  }

  // What our own elements see

  /** The route's settings. */
  public Settings settings() {
    return settings;
  }

  /** Whether output is visible, and how that came. */
  public Conditions conditions() {
    return conditions;
  }

  /** The element that is rendered. */
  public Element current() {
    return element;
  }

  /** Entities in the document's encoding. */
  public Entities entities() {
    return entities;
  }

  /** Sets {@code config errmsg}. */
  public void errorText(String text) {
    errorText = text;
  }

  /** Text for undefined variables. */
  public String undefinedText() {
    return undefinedText;
  }

  /** Sets {@code config echomsg}. */
  public void undefinedText(String text) {
    undefinedText = text;
  }

  /** Sets {@code config timefmt}, for this document's times and dates. */
  public void timeFormat(String format) {
    timeFormat = format;
    dateFormat = format;
  }

  /** Sets {@code config sizefmt}. */
  public void sizesInBytes(boolean bytes) {
    sizesInBytes = bytes;
  }

  /** Whether {@code ssi.parser=legacy}. */
  public boolean legacyExpressions() {
    return settings.legacy;
  }

  /** A subrequest for content, perhaps one that was started ahead of its time. */
  public CompletionStage<Response> fetch(String target, Link.Purpose purpose) throws SsiException {
    lookedUp = null;
    CompletionStage<Response> ahead = lookahead.content(target, purpose);
    if (ahead != null) {
      return ahead;
    }
    CompletableFuture<Response> now = fetches.start(Subrequest.get(target), purpose);
    if (!now.isDone()) {
      lookahead.look(source);
    }
    return now;
  }

  /** Looks a file up without running anything; fails when there is none. */
  public CompletableFuture<FileFacts> facts(String target) throws SsiException {
    CompletableFuture<FileFacts> ahead = lookahead.facts(target);
    if (ahead != null) {
      return ahead;
    }
    if (target.equals(lookedUp) && !factsOfIt.isCompletedExceptionally()) {
      return factsOfIt;
    }
    CompletableFuture<FileFacts> now = fetches.facts(target);
    lookedUp = target;
    factsOfIt = now;
    if (!now.isDone()) {
      lookahead.look(source);
    }
    return now;
  }

  /** A response with an error status that a program chose itself is content like any other. */
  public boolean isProgramsOwnStatus(Response response) {
    return ownStatuses.contains(response.headers());
  }

  /** A program has answered a subrequest with these fields and a status of its own. */
  void programAnswered(Headers headers) {
    ownStatuses.add(headers);
  }

  /** The response that is rendered. */
  public void response(int status, Headers headers) {
    responseStatus = status;
    responseHeaders = headers;
  }

  Headers responseHeaders() {
    return responseHeaders;
  }

  int responseStatus() {
    return responseStatus;
  }

  /** A variable of the request, whatever the page has set. */
  String requestVariable(String name) {
    return tree.variables.ofRequest(name, this);
  }

  /** Content of the page's request that programs get, too, or null. */
  public byte[] keptBody() {
    return tree.keptBody;
  }

  /** Answers of {@code -A}, found so far. */
  Map<String, Boolean> accessible() {
    return accessible;
  }

  /** Format of dates among the variables: an included document starts with its page's. */
  String dateFormat() {
    return dateFormat;
  }

  /** The query of this document, or else of the one that includes it; never null. */
  String query() {
    String own = parent == null ? tree.base.request().query() : exchange.request().query();
    return own != null ? own : parent == null ? "" : parent.query();
  }

  int depth() {
    return depth;
  }

  /** Counts bytes on their way out; what is included passes through the base document once more. */
  boolean mayProduce(int bytes) {
    return parent != null || (produced += bytes) <= settings.maxOutput;
  }

  Tree tree() {
    return tree;
  }

  // What moves it along

  /** Whether it is rendered on the event loop now. */
  boolean onLoop() {
    return onLoop;
  }

  void onLoop(boolean now) {
    onLoop = now;
  }

  void source(Source parts) {
    source = parts;
  }

  Output out() {
    return out;
  }

  /** The content that comes next, or null. */
  Body insertedBody() {
    return inserted.peek();
  }

  /** The content has ended. */
  void insertedEnded() {
    inserted.remove().close();
  }

  /** What the element waits for, or null. */
  Waiting<?> waiting() {
    return waiting;
  }

  void noLongerWaiting() {
    waiting = null;
  }

  boolean takeFlush() {
    boolean wanted = flush;
    flush = false;
    return wanted;
  }

  void current(Element next) {
    element = next;
    foreign = false;
  }

  /** The element is of another bundle, which log lines name. */
  void foreign() {
    foreign = true;
  }

  /** An element could not be shown. */
  void failed(Throwable cause) {
    log(String.valueOf(cause.getMessage()));
    waiting = null;
    writeErrorText();
  }

  /** Nothing of this page is wanted any more. */
  List<Body> abandon() {
    fetches.close();
    List<Body> all = new ArrayList<>(inserted);
    return all;
  }

  Fetches fetches() {
    return fetches;
  }
}
