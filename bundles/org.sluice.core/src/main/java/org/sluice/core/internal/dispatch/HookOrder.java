package org.sluice.core.internal.dispatch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.sluice.api.hook.Phase;
import org.sluice.core.internal.registry.HookTraits;
import org.sluice.core.internal.registry.PluginEntry;

/**
 * Order of the hooks of a phase: relations first, then order numbers, then service ids. An entry
 * that needs another drags it forward; an early entry keeps its early place. A cycle is reported
 * with its members and broken where it was asked for with the lowest ranking.
 */
final class HookOrder {
  private final List<PluginEntry> members;
  private final List<Relation> relations = new ArrayList<>();
  private final List<String> cycles = new ArrayList<>();

  /** {@code first} must run before {@code second}; {@code by} says so (with the higher ranking). */
  private record Relation(PluginEntry first, PluginEntry second, PluginEntry by) {}

  /** Weakest first. Names decide ties, because start order must not. */
  private static final Comparator<Relation> STRENGTH =
      Comparator.comparingInt((Relation relation) -> relation.by().ranking())
          .thenComparing(relation -> HookTraits.name(relation.by()), Comparator.reverseOrder())
          .thenComparing(relation -> HookTraits.name(relation.first()));

  /**
   * The hooks of a phase in the order of their calls.
   *
   * @param hooks in order
   * @param cycles one line for each cycle that was broken
   */
  record Sorted(List<PluginEntry> hooks, List<String> cycles) {}

  private HookOrder(List<PluginEntry> members) {
    this.members = members;
  }

  static Sorted sort(Phase phase, List<PluginEntry> hooks) {
    String word = HookTraits.word(phase);
    List<PluginEntry> members = new ArrayList<>();
    for (PluginEntry hook : hooks) {
      if (hook.names().contains(word) && !isReplaced(hook, hooks)) {
        members.add(hook);
      }
    }
    members.sort(
        Comparator.comparingLong(HookTraits::order).thenComparingLong(PluginEntry::serviceId));
    HookOrder order = new HookOrder(members);
    order.relate();
    order.breakCycles(word);
    Set<PluginEntry> placed = new LinkedHashSet<>();
    members.forEach(member -> order.place(member, placed));
    return new Sorted(List.copyOf(placed), order.cycles);
  }

  /** Whether a higher version of the same bundle brings a hook of the same name. */
  private static boolean isReplaced(PluginEntry hook, List<PluginEntry> hooks) {
    for (PluginEntry other : hooks) {
      if (other.bundle() != hook.bundle()
          && other.bundle().getSymbolicName().equals(hook.bundle().getSymbolicName())
          && other.bundle().getVersion().compareTo(hook.bundle().getVersion()) > 0
          && HookTraits.name(other).equals(HookTraits.name(hook))
          && other.names().containsAll(hook.names())) {
        return true;
      }
    }
    return false;
  }

  private void relate() {
    for (PluginEntry first : members) {
      for (PluginEntry second : members) {
        PluginEntry by = first == second ? null : relatedBy(first, second);
        if (by != null) {
          relations.add(new Relation(first, second, by));
        }
      }
    }
  }

  /** Who asks that {@code first} precedes {@code second}; null if nobody does. */
  private static PluginEntry relatedBy(PluginEntry first, PluginEntry second) {
    if (HookTraits.name(first).equals(HookTraits.name(second))) {
      return null;
    }
    boolean before = HookTraits.before(first, HookTraits.name(second));
    boolean after = HookTraits.after(second, HookTraits.name(first));
    if (before && after) {
      return first.ranking() >= second.ranking() ? first : second;
    }
    return before ? first : after ? second : null;
  }

  private void breakCycles(String phase) {
    for (List<Relation> cycle = cycle(); !cycle.isEmpty(); cycle = cycle()) {
      Relation weakest = cycle.stream().min(STRENGTH).orElseThrow();
      relations.remove(weakest);
      cycles.add(
          "hooks "
              + cycle.stream()
                  .map(relation -> HookTraits.name(relation.first()))
                  .collect(Collectors.joining(", "))
              + " of phase "
              + phase
              + " must run before one another; ignored is that "
              + HookTraits.name(weakest.first())
              + " precedes "
              + HookTraits.name(weakest.second())
              + ", as "
              + HookTraits.name(weakest.by())
              + " of "
              + weakest.by().origin()
              + " asks");
    }
  }

  /** The relations of one cycle, in its direction; empty when there is none. */
  private List<Relation> cycle() {
    Set<PluginEntry> clear = new LinkedHashSet<>();
    for (PluginEntry member : members) {
      List<Relation> way = new ArrayList<>();
      List<Relation> found = search(member, way, clear);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  private List<Relation> search(PluginEntry at, List<Relation> way, Set<PluginEntry> clear) {
    if (clear.contains(at)) {
      return List.of();
    }
    for (int i = 0; i < way.size(); i++) {
      if (way.get(i).first() == at) {
        return List.copyOf(way.subList(i, way.size()));
      }
    }
    for (Relation relation : relations) {
      if (relation.first() == at) {
        way.add(relation);
        List<Relation> found = search(relation.second(), way, clear);
        way.remove(way.size() - 1);
        if (!found.isEmpty()) {
          return found;
        }
      }
    }
    clear.add(at);
    return List.of();
  }

  /** Places what must precede first; there are no cycles any more. */
  private void place(PluginEntry hook, Set<PluginEntry> placed) {
    if (placed.contains(hook)) {
      return;
    }
    for (PluginEntry other : members) {
      for (Relation relation : relations) {
        if (relation.first() == other && relation.second() == hook) {
          place(other, placed);
        }
      }
    }
    placed.add(hook);
  }
}
