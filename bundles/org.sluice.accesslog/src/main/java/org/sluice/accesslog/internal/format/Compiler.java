package org.sluice.accesslog.internal.format;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.sluice.log.api.LogItem;
import org.sluice.log.api.LogValue;

/**
 * Turns the text of a format into an array of parts. A text that begins with {@code json} and a
 * blank is a list of fields, {@code NAME=FORMAT} with blanks between them; anything else is a line
 * of text.
 */
public final class Compiler {
  private static final String JSON = "json ";
  private static final byte[] NOTHING = {};

  private final ItemTable items;
  private final Consumer<Throwable> failures;
  private final boolean strict;
  private final List<String> missing = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();

  private Compiler(ItemTable items, Consumer<Throwable> failures, boolean strict) {
    this.items = items;
    this.failures = failures;
    this.strict = strict;
  }

  /**
   * Compiles a format.
   *
   * @param text the format itself, not its name
   * @param failures told of items that throw while they are written
   * @throws IllegalArgumentException saying what is wrong and what is allowed
   */
  public static Format compile(String text, ItemTable items, Consumer<Throwable> failures) {
    return compile(text, items, failures, true);
  }

  /**
   * Compiles a format that was judged before, perhaps when other items served: one that does not
   * take its argument, or fails, is {@code -} like one that is missing.
   */
  public static Format recompile(String text, ItemTable items, Consumer<Throwable> failures) {
    return compile(text, items, failures, false);
  }

  private static Format compile(
      String text, ItemTable items, Consumer<Throwable> failures, boolean strict) {
    Compiler compiler = new Compiler(items, failures, strict);
    boolean json = text.startsWith(JSON);
    List<Appender> parts = json ? compiler.fields(text) : compiler.line(text);
    return new Format(parts, json, compiler.missing, compiler.refused);
  }

  private List<Appender> line(String text) {
    List<Appender> parts = new ArrayList<>();
    byte[] before = NOTHING;
    for (Object part : FormatParser.parse(text)) {
      if (part instanceof byte[] literal) {
        before = literal;
        parts.add((entry, line) -> line.literal(literal));
        continue;
      }
      List<Appender> items = item((Directive) part, false);
      if (before.length > 0 && items.size() == 1 && items.get(0) instanceof Value value) {
        // One call for the two: most of a line is blanks and items in turn.
        parts.set(parts.size() - 1, value.behind(before));
      } else {
        parts.addAll(items);
      }
      before = NOTHING;
    }
    return parts;
  }

  /** A directive; two parts if only an item {@code ^} is there. */
  private List<Appender> item(Directive directive, boolean inString) {
    String name = directive.name();
    LogItem item = items.find(name);
    if (item == null && name.length() == 3 && name.charAt(0) == '^' && items.find("^") != null) {
      byte[] rest = name.substring(1).getBytes(StandardCharsets.UTF_8);
      Appender literal =
          inString
              ? (entry, line) -> line.literalString(rest)
              : (entry, line) -> line.literal(rest);
      return List.of(value(directive, items.find("^"), "^"), literal);
    }
    if (item == null) {
      missing.add(directive.toString());
      return List.of((entry, line) -> line.none());
    }
    return List.of(value(directive, item, name));
  }

  private Appender value(Directive directive, LogItem item, String name) {
    LogValue value;
    try {
      value = Objects.requireNonNull(item.value(name, directive.argument()), "no value");
    } catch (IllegalArgumentException e) {
      if (strict) {
        throw new IllegalArgumentException(directive + ": " + e.getMessage(), e);
      }
      return refused(directive, e.getMessage());
    } catch (RuntimeException | LinkageError e) {
      return refused(directive, "the item failed: " + e);
    }
    boolean last = directive.side() == 0 ? !item.original() : directive.side() == '>';
    Appender plain = new Value(NOTHING, value, last, failures);
    if (directive.statuses() == null) {
      return plain;
    }
    return new OnlyFor(directive.statuses(), !directive.negated(), plain);
  }

  private Appender refused(Directive directive, String why) {
    refused.add(directive + ": " + why);
    return (entry, line) -> line.none();
  }

  // ---- JSON

  private List<Appender> fields(String text) {
    List<Appender> parts = new ArrayList<>();
    String separator = "{";
    Set<String> names = new HashSet<>();
    for (String field : split(text.substring(JSON.length()))) {
      int equals = field.indexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException(
            "'" + field + "': a field of a json format is NAME=FORMAT, for example status=%>s");
      }
      if (!names.add(field.substring(0, equals))) {
        throw new IllegalArgumentException(
            "the field " + field.substring(0, equals) + " is there twice");
      }
      Line key = new Line();
      key.begin(true, Integer.MAX_VALUE / 2, Mask.NONE);
      key.beginString();
      key.literalString(field.substring(0, equals).getBytes(StandardCharsets.UTF_8));
      key.endValue();
      String quoted = new String(key.array(), 0, key.length(), StandardCharsets.UTF_8);
      byte[] prefix = (separator + quoted + ":").getBytes(StandardCharsets.UTF_8);
      parts.add(field(prefix, FormatParser.parse(field.substring(equals + 1))));
      separator = ",";
    }
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a json format has at least one field, NAME=FORMAT");
    }
    parts.add((entry, line) -> line.literal(new byte[] {'}'}));
    return parts;
  }

  private Appender field(byte[] prefix, List<Object> parts) {
    if (parts.size() == 1 && parts.get(0) instanceof Directive only) {
      List<Appender> items = item(only, false);
      if (items.size() == 1) {
        Appender value = items.get(0);
        return (entry, line) -> {
          line.literal(prefix);
          line.beginValue();
          value.append(entry, line);
          line.endValue();
        };
      }
    }
    List<Appender> pieces = new ArrayList<>();
    for (Object part : parts) {
      if (part instanceof byte[] literal) {
        pieces.add((entry, line) -> line.literalString(literal));
      } else {
        pieces.addAll(item((Directive) part, true));
      }
    }
    return (entry, line) -> {
      line.literal(prefix);
      line.beginString();
      pieces.forEach(piece -> piece.append(entry, line));
      line.endValue();
    };
  }

  /** At blanks, but not within braces. */
  private static List<String> split(String text) {
    List<String> fields = new ArrayList<>();
    int start = 0;
    boolean inBraces = false;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ' ';
      if (i < text.length() && (c == '{' || c == '}')) {
        inBraces = c == '{';
      } else if (c == ' ' && (!inBraces || i == text.length())) {
        if (i > start) {
          fields.add(text.substring(start, i));
        }
        start = i + 1;
      }
    }
    return fields;
  }

  /** An item's value and the literal before it; what it throws costs this value only. */
  private record Value(byte[] before, LogValue value, boolean last, Consumer<Throwable> failures)
      implements Appender {
    Value behind(byte[] literal) {
      return new Value(literal, value, last, failures);
    }

    @Override
    public void append(Entry entry, Line line) {
      line.literal(before);
      entry.side(last);
      int mark = line.mark();
      try {
        value.write(entry, line);
      } catch (RuntimeException | LinkageError e) {
        line.reset(mark);
        line.none();
        failures.accept(e);
      }
    }
  }

  /** An item that is printed for some statuses only. */
  private record OnlyFor(int[] statuses, boolean listed, Appender item) implements Appender {
    @Override
    public void append(Entry entry, Line line) {
      int status = entry.status();
      boolean found = false;
      for (int each : statuses) {
        found |= each == status;
      }
      if (found == listed) {
        item.append(entry, line);
      } else {
        line.none();
      }
    }
  }
}
