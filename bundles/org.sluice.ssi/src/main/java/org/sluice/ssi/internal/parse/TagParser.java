package org.sluice.ssi.internal.parse;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.sluice.ssi.api.SsiAttribute;

/**
 * Cuts a stream of bytes into text and elements. Works on bytes in pieces of any size, one byte
 * included, and keeps of the past only an unfinished element: at most {@link #LIMIT} bytes.
 *
 * <p>It is one state machine, and longer than other classes for that reason. Used by one thread.
 */
public final class TagParser {
  /** Longest element in bytes; a longer one is read to its end and shows the error text. */
  public static final int LIMIT = 64 * 1024;

  /** Who gets the parts. */
  public interface Sink {
    /** Text, valid during the call only. */
    void text(byte[] bytes, int from, int to);

    /** An element, whole or with its problem. */
    void element(Element element);
  }

  private enum State {
    TEXT,
    NAME,
    COMMENT,
    BEFORE_ATTRIBUTE,
    TAIL,
    ATTRIBUTE,
    EQUALS,
    BEFORE_VALUE,
    VALUE,
    ESCAPE
  }

  private final Tags tags;
  private final byte[] start;
  private final byte[] end;
  private final Entities entities;
  private final Sink sink;
  private State state = State.TEXT;

  /** Bytes of the start string (in text) or end string (in an element) that match so far. */
  private int matched;

  /** How many of the matched bytes of the start string came in earlier pieces. */
  private int held;

  private byte[] token = new byte[64];
  private int length;
  private int total;
  private String name;
  private List<SsiAttribute> attributes;
  private String attribute;
  private int quote;
  private String problem;

  /** A parser at the beginning of a document. */
  public TagParser(Tags tags, Entities entities, Sink sink) {
    this.tags = tags;
    this.start = tags.start();
    this.end = tags.end();
    this.entities = entities;
    this.sink = sink;
  }

  /** The next piece of the document, from {@code from} to {@code to}. */
  public void feed(byte[] piece, int from, int to) {
    int at = from;
    while (at < to) {
      at = state == State.TEXT ? text(piece, at, to) : inside(piece, at, to);
    }
  }

  /**
   * The document has ended.
   *
   * @return whether it ended outside of elements
   */
  public boolean finish() {
    if (state != State.TEXT) {
      return false;
    }
    if (held > 0) {
      sink.text(start, 0, held);
      held = 0;
      matched = 0;
    }
    return true;
  }

  /** Text up to the end of the next start string, or all of it. */
  private int text(byte[] piece, int from, int to) {
    byte first = start[0];
    int begin = from;
    for (int i = from; i < to; i++) {
      byte b = piece[i];
      if (matched == 0 && b != first) {
        continue;
      }
      while (matched > 0 && b != start[matched]) {
        fallBack();
      }
      if (b == start[matched] && ++matched == start.length) {
        int stop = i + 1 - (matched - held);
        if (held == 0 && stop > begin) {
          sink.text(piece, begin, stop);
        }
        matched = 0;
        held = 0;
        open();
        return i + 1;
      }
    }
    int stop = to - (matched - held);
    if (stop > begin) {
      sink.text(piece, begin, stop);
    }
    held = matched;
    return to;
  }

  /** A shorter beginning of the start string may still match; what is before it is text. */
  private void fallBack() {
    int shorter = tags.startFallback(matched);
    int released = Math.min(matched - shorter, held);
    if (released > 0) {
      sink.text(start, 0, released);
      held -= released;
    }
    matched = shorter;
  }

  private void open() {
    state = State.NAME;
    length = 0;
    total = 0;
    name = null;
    attributes = null;
    problem = null;
    matched = 0;
  }

  private int inside(byte[] piece, int from, int to) {
    for (int i = from; i < to; i++) {
      step(piece[i]);
      if (state == State.TEXT) {
        return i + 1;
      }
    }
    return to;
  }

  private void step(byte b) {
    total++;
    switch (state) {
      case NAME -> inName(b);
      case COMMENT -> inComment(b);
      case BEFORE_ATTRIBUTE -> beforeAttribute(b);
      case TAIL -> inTail(b);
      case ATTRIBUTE -> inAttribute(b);
      case EQUALS -> atEquals(b);
      case BEFORE_VALUE -> beforeValue(b);
      case VALUE -> inValue(b);
      case ESCAPE -> inEscape(b);
      default -> throw new IllegalStateException(state.toString());
    }
  }

  private void inName(byte b) {
    if (isSpace(b)) {
      named(length);
      state = name.equals("comment") ? State.COMMENT : State.BEFORE_ATTRIBUTE;
      matched = 0;
      return;
    }
    append(b);
    if (endMatches(b)) {
      named(Math.max(0, length - end.length));
      execute();
    }
  }

  /** Whether the end string is complete with this byte; what may still become one is kept. */
  private boolean endMatches(byte b) {
    while (matched > 0 && b != end[matched]) {
      matched = tags.endFallback(matched);
    }
    return b == end[matched] && ++matched == end.length;
  }

  private void named(int size) {
    name = lower(latin(size));
    length = 0;
    if (name.isEmpty()) {
      problem = "the name of the element is missing";
    }
  }

  private void inComment(byte b) {
    if (endMatches(b)) {
      total = 0;
      execute();
    }
  }

  private void beforeAttribute(byte b) {
    if (isSpace(b)) {
      return;
    }
    if (b != end[0]) {
      beginAttribute(b);
    } else if (end.length == 1) {
      execute();
    } else {
      state = State.TAIL;
      matched = 1;
    }
  }

  private void inTail(byte b) {
    if (b == end[matched]) {
      if (++matched == end.length) {
        execute();
      }
      return;
    }
    // It was no end after all: what looked like one begins an attribute.
    int seen = matched;
    beginAttribute(end[0]);
    for (int i = 1; i < seen; i++) {
      step(end[i]);
    }
    step(b);
  }

  private void beginAttribute(byte b) {
    length = 0;
    attribute = "";
    if (b == '"' || b == '\'' || b == '`') {
      problem = "an attribute of " + name + " has a value but no name";
      quote = b;
      state = State.VALUE;
      return;
    }
    state = State.ATTRIBUTE;
    inAttribute(b);
  }

  private void inAttribute(byte b) {
    if (!isSpace(b) && b != '=') {
      append(b);
      return;
    }
    attribute = lower(latin(length));
    length = 0;
    if (attribute.isEmpty()) {
      problem = "an attribute of " + name + " has a value but no name";
    }
    state = State.EQUALS;
    atEquals(b);
  }

  private void atEquals(byte b) {
    if (isSpace(b)) {
      return;
    }
    if (b == '=') {
      state = State.BEFORE_VALUE;
      return;
    }
    add(null);
    state = State.BEFORE_ATTRIBUTE;
    beforeAttribute(b);
  }

  private void beforeValue(byte b) {
    if (isSpace(b)) {
      return;
    }
    state = State.VALUE;
    length = 0;
    if (b == '"' || b == '\'' || b == '`') {
      quote = b;
    } else {
      quote = 0;
      inValue(b);
    }
  }

  private void inValue(byte b) {
    if (quote != 0 && b == '\\') {
      state = State.ESCAPE;
    } else if (quote != 0 ? b == quote : isSpace(b)) {
      add(latin(length));
      length = 0;
      state = State.BEFORE_ATTRIBUTE;
    } else {
      append(b);
    }
  }

  private void inEscape(byte b) {
    state = State.VALUE;
    if (b == quote) {
      append(b);
    } else {
      append((byte) '\\');
      inValue(b);
    }
  }

  private void add(String value) {
    if (attributes == null) {
      attributes = new ArrayList<>(4);
    }
    if (total <= LIMIT) {
      attributes.add(new SsiAttribute(attribute, entities.decode(value), value));
    } else {
      attributes.clear();
    }
  }

  private void execute() {
    state = State.TEXT;
    matched = 0;
    held = 0;
    if (total > LIMIT) {
      problem = "the element is longer than " + LIMIT + " bytes";
    }
    if (length > 4096) {
      token = new byte[64];
    }
    sink.element(
        new Element(name, attributes == null ? List.of() : List.copyOf(attributes), problem));
  }

  private void append(byte b) {
    if (total > LIMIT) {
      return;
    }
    if (length == token.length) {
      token = Arrays.copyOf(token, length * 2);
    }
    token[length++] = b;
  }

  private String latin(int size) {
    return new String(token, 0, Math.min(size, length), StandardCharsets.ISO_8859_1);
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || (b >= '\t' && b <= '\r');
  }
}
