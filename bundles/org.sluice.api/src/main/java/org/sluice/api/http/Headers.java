package org.sluice.api.http;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Header or trailer fields in the order of the message (RFC 9110 section 5).
 *
 * <p>Names compare without case and keep the spelling they arrived in. Field bytes map one to one
 * to the characters U+0000 to U+00FF, so that any value survives unchanged; text that may hold
 * UTF-8 is decoded by whoever needs it. Instances are immutable and may be read on any thread.
 * Access by index allocates nothing.
 */
@ProviderType
public interface Headers {

  /** Number of fields, repeated names counted each time. */
  int size();

  /** Name of the field at {@code index}, 0 to {@link #size()} - 1; never null. */
  String name(int index);

  /** Value of the field at {@code index} without surrounding white space; never null. */
  String value(int index);

  /** First value of {@code name}, or null when there is none. */
  default String get(String name) {
    for (int i = 0, n = size(); i < n; i++) {
      if (name.equalsIgnoreCase(name(i))) {
        return value(i);
      }
    }
    return null;
  }

  /** Whether a field of that name is present. */
  default boolean contains(String name) {
    return get(name) != null;
  }

  /** All values of {@code name} in message order; empty when there is none. */
  default List<String> all(String name) {
    List<String> values = new ArrayList<>(2);
    for (int i = 0, n = size(); i < n; i++) {
      if (name.equalsIgnoreCase(name(i))) {
        values.add(value(i));
      }
    }
    return values;
  }

  /**
   * Whether a comma separated list field has {@code token} as a member, compared without case (RFC
   * 9110 section 5.6.1), for example {@code hasToken("Connection", "close")}.
   */
  default boolean hasToken(String name, String token) {
    for (int i = 0, n = size(); i < n; i++) {
      if (name.equalsIgnoreCase(name(i)) && HeaderTokens.contains(value(i), token)) {
        return true;
      }
    }
    return false;
  }

  /** Calls {@code sink} with name and value of each field in order. */
  default void forEach(BiConsumer<String, String> sink) {
    for (int i = 0, n = size(); i < n; i++) {
      sink.accept(name(i), value(i));
    }
  }

  /** No fields. */
  static Headers empty() {
    return FieldArray.EMPTY;
  }

  /**
   * The given fields: name, value, name, value.
   *
   * @throws IllegalArgumentException if the count is odd, a name is no token or a value holds a
   *     byte that a field must not carry (RFC 9110 sections 5.1, 5.5): CR, LF, NUL and other
   *     controls but tab, or a character above U+00FF
   */
  static Headers of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("names and values must come in pairs");
    }
    Builder builder = new Builder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      builder.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return builder.build();
  }

  /** An empty builder. */
  static Builder builder() {
    return new Builder();
  }

  /** Collects fields; not thread-safe. Every name and value is checked, see {@link Headers#of}. */
  final class Builder {
    private final List<String> fields = new ArrayList<>();

    private Builder() {}

    /** Appends a field, whether or not the name is there already. */
    public Builder add(String name, String value) {
      fields.add(FieldArray.checkName(name));
      fields.add(FieldArray.checkValue(name, value));
      return this;
    }

    /** Replaces every field of that name by one. */
    public Builder set(String name, String value) {
      remove(name);
      return add(name, value);
    }

    /** Removes every field of that name. */
    public Builder remove(String name) {
      for (int i = fields.size() - 2; i >= 0; i -= 2) {
        if (fields.get(i).equalsIgnoreCase(name)) {
          fields.remove(i + 1);
          fields.remove(i);
        }
      }
      return this;
    }

    /** Appends every field of {@code headers}. */
    public Builder addAll(Headers headers) {
      headers.forEach(this::add);
      return this;
    }

    /** The fields so far; the builder can go on. */
    public Headers build() {
      return fields.isEmpty() ? Headers.empty() : new FieldArray(fields.toArray(new String[0]));
    }
  }
}
