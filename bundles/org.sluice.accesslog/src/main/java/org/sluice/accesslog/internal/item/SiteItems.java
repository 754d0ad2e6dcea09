package org.sluice.accesslog.internal.item;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.sluice.api.http.Attributes;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.FileFacts;
import org.sluice.api.route.Site;
import org.sluice.api.route.Target;
import org.sluice.log.api.LogEntry;
import org.sluice.log.api.LogItem;
import org.sluice.log.api.LogOutput;
import org.sluice.log.api.LogValue;
import org.sluice.log.api.SluiceLogItem;

/** What the request was taken for: server name and file, {@code %f %v %V}. */
@Component
@SluiceLogItem({"f", "v", "V"})
@ServiceRanking(-100)
public final class SiteItems implements LogItem {
  @Override
  public LogValue value(String name, String argument) {
    return switch (name) {
      case "f" -> SiteItems::file;
      case "v" -> (entry, out) -> serverName(entry.exchange().site(), out);
      default -> SiteItems::asked;
    };
  }

  private static void file(LogEntry entry, LogOutput out) {
    Exchange exchange = entry.exchange();
    Target target = Targets.of(exchange);
    if (exchange.attribute(Attributes.FILE) instanceof FileFacts facts) {
      out.text(facts.path().toString());
    } else if (target == null) {
      out.none();
    } else if (target.scheme().equals("file") || target.scheme().equals("cgi")) {
      out.text(tried(exchange, target.rest()));
    } else {
      out.text("proxy:" + target);
    }
  }

  /** Where the file would have been, for requests that were refused; null if nobody knows. */
  private static String tried(Exchange exchange, String target) {
    if (exchange.path() == null || target.indexOf('$') >= 0) {
      return null;
    }
    String folder = target.startsWith("///") ? target.substring(2) : target;
    try {
      Path root = folder.isEmpty() ? exchange.site().root() : Path.of(folder);
      String rest = exchange.match().rest();
      return root.toAbsolutePath().normalize() + (rest.startsWith("/") ? rest : "/" + rest);
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** The first name of the site that is no pattern; the default site has only its own. */
  private static void serverName(Site site, LogOutput out) {
    if (site == null) {
      out.none();
      return;
    }
    for (int i = 0; i < site.hosts().size(); i++) {
      String host = site.hosts().get(i);
      if (!host.startsWith("*")) {
        out.text(host);
        return;
      }
    }
    out.text(site.name());
  }

  /** The name the client used, in lower case as hosts are; without one that of the site. */
  private static void asked(LogEntry entry, LogOutput out) {
    String host = entry.exchange().request().headers().get("Host");
    host = host == null ? null : host.toLowerCase(Locale.ROOT);
    if (host == null || host.isEmpty()) {
      serverName(entry.exchange().site(), out);
      return;
    }
    int bracket = host.lastIndexOf(']');
    int colon = host.indexOf(':', Math.max(bracket, 0));
    out.bytes(host, 0, colon < 0 ? host.length() : colon);
  }
}
