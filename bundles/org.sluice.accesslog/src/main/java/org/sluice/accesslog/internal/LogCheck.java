package org.sluice.accesslog.internal;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.accesslog.internal.filter.Filter;
import org.sluice.accesslog.internal.format.Compiler;
import org.sluice.accesslog.internal.format.Formats;
import org.sluice.accesslog.internal.write.Settings;
import org.sluice.api.config.FileCheck;
import org.sluice.log.api.LogWriter;

/** Judges the files of access logs before they take effect, and for {@code sluice check}. */
@Component(service = FileCheck.class, property = FileCheck.PID + "=" + Configurations.PID)
public final class LogCheck implements FileCheck {
  private static final List<String> SECRETS =
      List.of(
          "{authorization}i",
          "{proxy-authorization}i",
          "{cookie}i",
          "{set-cookie}o",
          "{authentication-info}o");

  private static final List<String> ROTATION =
      List.of("rotate.size", "rotate.every", "compress", "keep");

  private final AccessLogs logs;

  /** Called by Declarative Services. */
  @Activate
  public LogCheck(@Reference AccessLogs logs) {
    this.logs = logs;
  }

  @Override
  public void check(
      Map<String, String> entries,
      BiConsumer<String, String> errors,
      BiConsumer<String, String> warnings) {
    LogSettings settings = new LogSettings("check", entries);
    settings.formats().forEach((name, text) -> format("format." + name, text, errors, warnings));
    if (settings.isOnlyNames()) {
      return;
    }
    Map<String, String> names = new TreeMap<>(logs.formats());
    names.putAll(settings.formats());
    Formats formats = new Formats(names);
    if (formats.isName(settings.format())) {
      secrets("format", formats.text(settings.format()), warnings);
    } else {
      if (settings.format().indexOf('%') < 0 && !settings.format().startsWith("json ")) {
        warnings.accept(
            "format",
            "neither the name of a format nor a format with a % in it, so each line is this text;"
                + " names are "
                + String.join(", ", formats.names()));
      }
      format("format", settings.format(), errors, warnings);
    }
    guarded("file", settings, errors, left -> new Filter(left.values()));
    rotation(settings, warnings);
    writer(settings, errors, warnings);
  }

  /** Keys that another one is needed for. */
  private static void rotation(LogSettings settings, BiConsumer<String, String> warnings) {
    Map<String, String> values = settings.values();
    boolean toFile =
        values.getOrDefault("writer", "file").equals("file")
            && !values.getOrDefault("file", "").startsWith("|");
    boolean rotates = values.containsKey("rotate.size") || values.containsKey("rotate.every");
    for (String key : ROTATION) {
      if (values.containsKey(key) && !toFile) {
        warnings.accept(key, "only files are rotated: it has no effect here");
      } else if (values.containsKey(key) && !rotates && !key.startsWith("rotate.")) {
        warnings.accept(
            key, "without rotate.size and rotate.every only files of 'logs rotate' are concerned");
      }
    }
  }

  private void format(
      String key,
      String text,
      BiConsumer<String, String> errors,
      BiConsumer<String, String> warnings) {
    try {
      List<String> missing = Compiler.compile(text, logs::item, failure -> {}).missing();
      if (!missing.isEmpty()) {
        warnings.accept(
            key,
            "nobody offers the item "
                + String.join(", ", missing)
                + " now; '-' is written until it comes");
      }
      secrets(key, text, warnings);
    } catch (IllegalArgumentException e) {
      errors.accept(key, e.getMessage());
    }
  }

  private static void secrets(String key, String text, BiConsumer<String, String> warnings) {
    String lower = text.toLowerCase(Locale.ROOT);
    for (String secret : SECRETS) {
      if (lower.contains(secret)) {
        warnings.accept(key, "%" + secret + " writes secrets of users into the log");
      }
    }
  }

  private void writer(
      LogSettings settings,
      BiConsumer<String, String> errors,
      BiConsumer<String, String> warnings) {
    String name = settings.writer();
    LogWriter writer = logs.writer(name);
    if (writer == null) {
      warnings.accept(
          "writer", "no log-writer named '" + name + "' is there now; lines wait for it");
    } else {
      guarded("writer", settings, errors, left -> writer.check(left.target(logs.base())));
    }
  }

  /**
   * Says everything that is wrong, although a check ends with what it finds first: the key that it
   * complains of is left out, and the rest judged again. Messages begin with the key they are
   * about.
   */
  private static void guarded(
      String key,
      LogSettings settings,
      BiConsumer<String, String> errors,
      Consumer<LogSettings> check) {
    Map<String, String> left = new TreeMap<>(settings.values());
    for (boolean first = true, more = true; more; first = false) {
      try {
        check.accept(new LogSettings(settings.name(), left));
        more = false;
      } catch (Settings.UnreadableException e) {
        // Said already.
        more = false;
      } catch (IllegalArgumentException e) {
        String text = String.valueOf(e.getMessage());
        int colon = text.indexOf(": ");
        boolean named = colon > 0 && text.substring(0, colon).matches("[a-z.-]+");
        String wrong = named ? text.substring(0, colon) : key;
        more = left.remove(wrong) != null;
        if (first || more) {
          errors.accept(wrong, named ? text.substring(colon + 2) : text);
        }
      }
    }
  }
}
