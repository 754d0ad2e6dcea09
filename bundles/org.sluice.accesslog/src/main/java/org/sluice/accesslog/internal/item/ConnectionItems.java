package org.sluice.accesslog.internal.item;

import java.net.InetSocketAddress;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Exchange;
import org.sluice.log.api.LogEntry;
import org.sluice.log.api.LogItem;
import org.sluice.log.api.LogValue;
import org.sluice.log.api.SluiceLogItem;

/** The two ends of the connection, and the process: {@code %a %A %h %k %l %p %P}. */
@Component
@SluiceLogItem({"a", "A", "h", "k", "l", "p", "P"})
@ServiceRanking(-100)
public final class ConnectionItems implements LogItem {
  private static final long PID = ProcessHandle.current().pid();

  @Override
  public LogValue value(String name, String argument) {
    String wanted = argument == null ? "" : argument;
    return switch (name) {
      case "a", "h" -> client(name, wanted);
      case "A" -> (entry, out) -> Fast.address(out, entry.exchange().connection().local());
      case "k" -> (entry, out) -> out.number(entry.first().connection().requests() - 1L);
      case "l" -> (entry, out) -> out.none();
      case "p" -> port(wanted);
      default -> process(wanted);
    };
  }

  /**
   * With {@code c} the peer of the connection; without, the client that a trusted proxy named, if a
   * hook has found one.
   */
  private static LogValue client(String name, String wanted) {
    if (wanted.equals("c")) {
      return (entry, out) -> Fast.address(out, entry.exchange().connection().remote());
    }
    if (!wanted.isEmpty()) {
      throw new IllegalArgumentException("allowed are %" + name + " and %{c}" + name);
    }
    return (entry, out) -> {
      Object named = entry.first().attribute(Attributes.CLIENT_ADDRESS);
      if (named instanceof InetSocketAddress socket) {
        Fast.address(out, socket);
      } else if (named instanceof String text) {
        out.bytes(text);
      } else {
        Fast.address(out, entry.first().connection().remote());
      }
    };
  }

  private static LogValue port(String wanted) {
    return switch (wanted) {
      case "", "canonical" -> (entry, out) -> out.number(canonical(entry));
      case "local" ->
          (entry, out) -> {
            InetSocketAddress local = entry.exchange().connection().local();
            if (local == null) {
              out.none();
            } else {
              out.number(local.getPort());
            }
          };
      case "remote" -> (entry, out) -> out.number(entry.exchange().connection().remote().getPort());
      default -> throw new IllegalArgumentException("allowed are canonical, local and remote");
    };
  }

  /** A site names hosts, not ports: the default of the scheme. */
  private static int canonical(LogEntry entry) {
    Exchange exchange = entry.exchange();
    return exchange.connection().secure() ? 443 : 80;
  }

  @SuppressWarnings("deprecation") // the newer name of the method is not in Java 17
  private static LogValue process(String wanted) {
    return switch (wanted) {
      case "", "pid" -> (entry, out) -> out.number(PID);
      case "tid" -> (entry, out) -> out.number(Thread.currentThread().getId());
      case "hextid" -> (entry, out) -> out.plain(Long.toHexString(Thread.currentThread().getId()));
      default -> throw new IllegalArgumentException("allowed are pid, tid and hextid");
    };
  }
}
