package org.sluice.accesslog.internal;

import java.util.HashMap;
import java.util.Map;
import org.sluice.accesslog.internal.item.ConnectionItems;
import org.sluice.accesslog.internal.item.FrontItems;
import org.sluice.accesslog.internal.item.OriginalItems;
import org.sluice.accesslog.internal.item.RequestItems;
import org.sluice.accesslog.internal.item.ResponseItems;
import org.sluice.accesslog.internal.item.SiteItems;
import org.sluice.accesslog.internal.item.TimeItems;
import org.sluice.accesslog.internal.write.FileLogWriter;
import org.sluice.accesslog.internal.write.PipeLogWriter;
import org.sluice.accesslog.internal.write.StdoutLogWriter;
import org.sluice.accesslog.internal.write.SyslogWriter;
import org.sluice.log.api.LogItem;
import org.sluice.log.api.LogWriter;

/**
 * This bundle's own items and writers, for its own logs. They are services, too, but services come
 * and go one after the other while the bundle starts and stops, and the lines of exchanges that end
 * meanwhile would lack some.
 */
final class BuiltIn {
  /** Of the services; what others offer with a higher one replaces ours. */
  static final int RANKING = -100;

  private BuiltIn() {}

  /** The items by name, as their {@code @SluiceLogItem} says, which is not kept at run time. */
  static Map<String, LogItem> items() {
    Map<String, LogItem> items = new HashMap<>();
    put(items, new ConnectionItems(), "a A h k l p P");
    put(
        items,
        new FrontItems(),
        "attribute ^at detail ^de dialect ^dl end ^en error ^er handler ^ha handoff ^ho id ^id"
            + " outcome ^ou plugins ^pl receiver ^rc route ^rt site ^si target ^tg trace ^tr"
            + " upstream ^un upstream-first ^uf upstream-total ^ut");
    put(items, new OriginalItems(), "D L r R s T U");
    put(items, new RequestItems(), "C e H i m n q u ^ti");
    put(items, new ResponseItems(), "b B I o O S X ^to ^FB");
    put(items, new SiteItems(), "f v V");
    put(items, new TimeItems(), "t");
    return items;
  }

  private static void put(Map<String, LogItem> items, LogItem item, String names) {
    for (String name : names.split(" ")) {
      items.put(name, item);
    }
  }

  /** The writers by name. */
  static Map<String, LogWriter> writers() {
    return Map.of(
        "file", new FileLogWriter(),
        "pipe", new PipeLogWriter(),
        "stdout", new StdoutLogWriter(),
        "syslog", new SyslogWriter());
  }
}
