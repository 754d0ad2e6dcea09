package org.sluice.core.internal.registry;

import java.util.Locale;
import org.osgi.framework.ServiceReference;
import org.sluice.api.hook.Phase;

/** What the properties of a hook say: phases, name, place. */
public final class HookTraits {
  private static final String PREFIX = "sluice.hook.";
  private static final String ORDER = PREFIX + "order";
  private static final int MIDDLE = 10;

  private HookTraits() {}

  /** Name by which other hooks refer to it; without one the component's. */
  public static String name(PluginEntry hook) {
    return hook.property(PREFIX + "name") instanceof String name && !name.isBlank()
        ? name
        : String.valueOf(hook.property("component.name"));
  }

  /** Order number; lower runs earlier. Ranking has the other direction: higher runs earlier. */
  public static long order(PluginEntry hook) {
    return hook.property(ORDER) instanceof Integer order ? order : (long) MIDDLE - hook.ranking();
  }

  /** Whether {@code hook} must run before those of that name. */
  public static boolean before(PluginEntry hook, String name) {
    return hook.texts(PREFIX + "before").contains(name);
  }

  /** Whether {@code hook} must run after those of that name. */
  public static boolean after(PluginEntry hook, String name) {
    return hook.texts(PREFIX + "after").contains(name);
  }

  /** The value of {@code sluice.hook.phase} that stands for a phase. */
  public static String word(Phase phase) {
    return phase.name().toLowerCase(Locale.ROOT);
  }

  /** Why a service cannot be a hook, or null: a phase nobody calls would be a silent hole. */
  static String refusal(ServiceReference<?> reference) {
    for (String word : PluginKey.names(reference.getProperty(PREFIX + "phase"))) {
      if (!isPhase(word)) {
        return "sluice.hook.phase=" + word + " is no phase; allowed are " + words();
      }
    }
    Object order = reference.getProperty(ORDER);
    return order == null || order instanceof Integer
        ? null
        : ORDER + "=" + order + " must be of type Integer";
  }

  private static boolean isPhase(String word) {
    for (Phase phase : Phase.values()) {
      if (word(phase).equals(word)) {
        return true;
      }
    }
    return false;
  }

  private static String words() {
    StringBuilder words = new StringBuilder();
    for (Phase phase : Phase.values()) {
      words.append(words.isEmpty() ? "" : ", ").append(word(phase));
    }
    return words.toString();
  }
}
