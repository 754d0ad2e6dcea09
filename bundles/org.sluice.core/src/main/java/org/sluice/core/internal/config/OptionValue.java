package org.sluice.core.internal.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.sluice.api.config.OptionType;
import org.sluice.core.internal.config.keys.BadValueException;
import org.sluice.core.internal.config.keys.KeySpec;
import org.sluice.core.internal.config.read.CfgEntry;

/**
 * One effective value: of an ordinary key the innermost entry, of a guard all entries together.
 * Immutable.
 */
final class OptionValue {
  private final KeySpec spec;
  private final List<CfgEntry> entries;
  private final Object parsed;
  private final String text;

  private OptionValue(KeySpec spec, List<CfgEntry> entries, Object parsed, String text) {
    this.spec = spec;
    this.entries = entries;
    this.parsed = parsed;
    this.text = text;
  }

  /**
   * A value.
   *
   * @param spec null while the plug-in that declares the key is absent
   * @param entries from the outermost to the innermost, none of them empty
   */
  static OptionValue of(KeySpec spec, List<CfgEntry> entries) throws BadValueException {
    CfgEntry last = entries.get(entries.size() - 1);
    if (spec == null) {
      return new OptionValue(null, List.copyOf(entries), null, last.value());
    }
    List<Object> values = new ArrayList<>();
    for (CfgEntry entry : entries) {
      values.add(spec.parse(entry.key(), entry.value()));
    }
    if (values.size() > 1 && spec.type() == OptionType.LIST) {
      Set<Object> union = new LinkedHashSet<>();
      values.forEach(list -> union.addAll((List<?>) list));
      List<String> all = union.stream().map(String.class::cast).toList();
      return new OptionValue(spec, List.copyOf(entries), all, String.join(",", all));
    }
    if (spec.guard() && spec.type() == OptionType.CHOICE) {
      return innermostChoice(spec, entries, values);
    }
    boolean on = spec.type() == OptionType.FLAG && values.contains(true);
    return on
        ? new OptionValue(spec, List.copyOf(entries), true, "on")
        : new OptionValue(spec, List.copyOf(entries), values.get(values.size() - 1), last.value());
  }

  /** Of a guard's choices the innermost counts, but {@code off} takes none of the others back. */
  private static OptionValue innermostChoice(
      KeySpec spec, List<CfgEntry> entries, List<Object> values) {
    Object chosen = values.get(0);
    for (Object value : values) {
      chosen = value.equals("off") ? chosen : value;
    }
    return new OptionValue(spec, List.copyOf(entries), chosen, chosen.toString());
  }

  KeySpec spec() {
    return spec;
  }

  Object parsed() {
    return parsed;
  }

  String text() {
    return text;
  }

  /** The value as written, so that no secret shows. */
  String shown() {
    return entries.size() == 1 ? entries.get(0).raw() : text;
  }

  /** Each entry's value, from the outermost to the innermost. */
  List<String> all() {
    return entries.stream().map(CfgEntry::value).toList();
  }

  /** Files and lines, the innermost first. */
  String origin() {
    List<String> places = new ArrayList<>();
    entries.forEach(entry -> places.add(0, entry.origin()));
    return String.join(" ", places);
  }

  /** Whether a route that carries this needs the guard's plug-in: a switch that is off does not. */
  boolean claims() {
    if (spec == null) {
      return true;
    }
    return switch (spec.type()) {
      case FLAG -> !Boolean.FALSE.equals(parsed);
      case CHOICE -> !"off".equals(parsed);
      default -> true;
    };
  }

  boolean sameEffect(OptionValue other) {
    return other != null
        && Objects.equals(spec, other.spec)
        && text.equals(other.text)
        && all().equals(other.all());
  }
}
