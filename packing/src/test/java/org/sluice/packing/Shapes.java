package org.sluice.packing;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.IntBinaryOperator;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Lambdas of every shape the compiler knows; each says what came of it. */
@SuppressWarnings({"ImmutableEnumChecker", "UnnecessaryLambda"}) // lambdas are what it is about
public final class Shapes implements Supplier<List<String>> {
  private final List<String> said = new ArrayList<>();
  private final String mine = "mine";
  private int counted;

  /** Functions that the JDK has not. */
  interface Mixed {
    String of(byte a, short b, char c, boolean d, float e, long f, double g, Object h);
  }

  interface Wide {
    double of(long number);
  }

  interface Named {
    String name();

    default Supplier<String> twice() {
      return () -> name() + name() + secret().get();
    }

    private Supplier<String> secret() {
      return this::hidden;
    }

    private String hidden() {
      return "(" + name() + ")";
    }

    static Supplier<String> none() {
      return () -> "none";
    }
  }

  record Pair(String name, int number) implements Named {
    static final Comparator<Pair> ORDER =
        Comparator.comparing(Pair::number).thenComparing(Pair::name, Comparator.reverseOrder());
  }

  enum Sign {
    PLUS(number -> number + 1),
    MINUS(number -> number - 1) {
      @Override
      Function<Integer, String> shown() {
        return number -> "-" + super.shown().apply(number);
      }
    };

    private final UnaryOperator<Integer> change;

    Sign(UnaryOperator<Integer> change) {
      this.change = change;
    }

    Function<Integer, String> shown() {
      return number -> name() + change.apply(number);
    }
  }

  private final class Inner {
    private final String own = "own";

    Supplier<String> both() {
      return () -> own + mine + ((Supplier<String>) this::secret).get();
    }

    private String secret() {
      return "secret" + counted;
    }
  }

  @Override
  public List<String> get() {
    captured((byte) 1, (short) -2, 'c', true, 1.5f, 1L << 40, 2.25);
    references();
    numbers();
    nests();
    streams();
    failures();
    return said;
  }

  private void say(Object what) {
    said.add(String.valueOf(what));
  }

  private void captured(byte a, short b, char c, boolean d, float e, long f, double g) {
    Supplier<String> all = () -> mine + a + b + c + d + e + f + g;
    say(all.get());
    Mixed mixed = (i, j, k, l, m, n, o, p) -> "" + g + f + i + j + k + l + m + n + o + p + a;
    say(mixed.of(a, b, c, d, e, f, g, mine));
    int[] array = {1, 2, 3};
    IntFunction<Integer> at = i -> array[i];
    say(at.apply(2));
    Runnable counts = () -> counted++;
    counts.run();
    counts.run();
    say(counted);
    Runnable once = nothing();
    Runnable again = nothing();
    say(once == again);
    say(something("a").get() + something("b").get());
  }

  private static Runnable nothing() {
    return () -> {};
  }

  private static <T extends CharSequence & Comparable<T>> Supplier<String> something(T t) {
    return () -> t.toString() + t.length() + t.compareTo(t);
  }

  private void references() {
    Function<String, Integer> parse = Integer::parseInt;
    say(parse.apply("12") + 1);
    Function<String, StringBuilder> make = StringBuilder::new;
    say(make.apply("made").reverse());
    Supplier<List<String>> list = ArrayList::new;
    say(list.get());
    IntFunction<String[]> strings = String[]::new;
    say(strings.apply(3).length);
    Supplier<Pair[][]> copy = new Pair[2][1]::clone;
    say(copy.get().length);
    BiFunction<String, Integer, Character> charAt = String::charAt;
    say(charAt.apply("abc", 1));
    Consumer<Object> bound = this::say;
    bound.accept("bound");
    Predicate<String> own = this::isMine;
    say(own.test("mine"));
    Function<Object[], String> variable = Shapes::joined;
    say(variable.apply(new Object[] {1, 2}));
    BiFunction<Object, Object, String> spread = Shapes::joined;
    say(spread.apply("x", 'y'));
    Supplier<String> parent = super::toString;
    say(parent.get().startsWith("org.sluice.packing.Shapes@"));
    Callable<String> call = Shapes.class::getSimpleName;
    try {
      say(call.call());
    } catch (Exception e) {
      say(e);
    }
  }

  private boolean isMine(String text) {
    return text.equals(mine);
  }

  private static String joined(Object... parts) {
    return Stream.of(parts).map(String::valueOf).collect(Collectors.joining("+"));
  }

  private void numbers() {
    ToLongFunction<String> length = String::length;
    say(length.applyAsLong("four"));
    ToDoubleFunction<Integer> wider = i -> i;
    say(wider.applyAsDouble(3));
    ToDoubleFunction<Integer> reference = Integer::intValue;
    say(reference.applyAsDouble(4));
    ToLongFunction<Character> code = c -> c;
    say(code.applyAsLong('a'));
    Wide wide = Math::sqrt;
    say(wide.of(16));
    Wide floating = Shapes::half;
    say(floating.of(3));
    IntBinaryOperator sum = Integer::sum;
    say(sum.applyAsInt(1, 2));
    BiFunction<Integer, Integer, Integer> boxed = Integer::sum;
    say(boxed.apply(1, 3));
    Function<Integer, Object> object = Integer::bitCount;
    say(object.apply(7));
    LongSupplier small = mine::length;
    say(small.getAsLong());
    DoubleSupplier tiny = () -> 'a';
    say(tiny.getAsDouble());
    IntPredicate digit = Character::isDigit;
    say(digit.test('5'));
    ToIntFunction<Byte> bytes = Byte::byteValue;
    say(bytes.applyAsInt((byte) -1));
    Runnable dropped = this::count;
    dropped.run();
    Runnable wideDropped = this::wide;
    wideDropped.run();
    say(counted);
    Consumer<List<String>> cleared = l -> l.add("added");
    List<String> list = new ArrayList<>();
    cleared.accept(list);
    say(list);
  }

  private long wide() {
    return counted += 10;
  }

  private int count() {
    return ++counted;
  }

  private static float half(float number) {
    return number / 2;
  }

  private void nests() {
    Named pair = new Pair("pair", 1);
    say(pair.twice().get() + Named.none().get());
    say(new Inner().both().get());
    for (Sign sign : Sign.values()) {
      say(sign.shown().apply(5));
    }
    Named anonymous =
        new Named() {
          @Override
          public String name() {
            return ((Supplier<String>) () -> mine + "anonymous").get();
          }
        };
    say(anonymous.twice().get());
    Supplier<Supplier<Supplier<String>>> deep = () -> () -> () -> mine + counted;
    say(deep.get().get().get());
    Supplier<String> kept = (Supplier<String> & Serializable) () -> "kept";
    say(kept.get() + (kept instanceof Serializable));
  }

  private void streams() {
    say(
        Stream.of(new Pair("b", 2), new Pair("a", 2), new Pair("c", 1))
            .sorted(Pair.ORDER)
            .map(Pair::name)
            .collect(Collectors.joining()));
    say(IntStream.range(0, 5).mapToObj(i -> i * i).map(String::valueOf).toList());
    say(Stream.iterate(1, i -> i * 2).limit(5).reduce(0, Integer::sum));
    say(
        Stream.of("x", "yy", "zz")
            .collect(Collectors.groupingBy(String::length, Collectors.counting())));
  }

  private void failures() {
    Callable<String> fails =
        () -> {
          throw new java.io.IOException(mine);
        };
    try {
      say(fails.call());
    } catch (Exception e) {
      say(e);
    }
    @SuppressWarnings({"unchecked", "rawtypes"})
    Function<Object, Integer> wrong = (Function) (Function<String, Integer>) String::length;
    try {
      say(wrong.apply(1));
    } catch (ClassCastException e) {
      say("no String");
    }
  }
}
