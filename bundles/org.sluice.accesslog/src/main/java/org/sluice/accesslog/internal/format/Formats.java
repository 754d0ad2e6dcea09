package org.sluice.accesslog.internal.format;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Formats by name, compared without case: the predefined ones and those of configuration files. */
public final class Formats {
  private static final String COMMON = "%h %l %u %t \"%r\" %>s %b";
  private static final String AGENTS = " \"%{Referer}i\" \"%{User-Agent}i\"";

  private static final Map<String, String> PREDEFINED =
      Map.of(
          "common",
          COMMON,
          "clf",
          COMMON,
          "vhost_common",
          "%v " + COMMON,
          "combined",
          COMMON + AGENTS,
          "vhost_combined",
          "%v:%p %h %l %u %t \"%r\" %>s %O" + AGENTS,
          "combinedio",
          COMMON + AGENTS + " %I %O",
          "referer",
          "%{Referer}i -> %U",
          "agent",
          "%{User-Agent}i",
          "json",
          "json time=%{iso}t id=%(id) site=%(site) route=%(route) client=%a port=%{remote}p user=%u"
              + " method=%m target=%{target}r protocol=%H host=%V status=%>s bytes=%B received=%I"
              + " sent=%O duration_us=%D first_byte_us=%^FB referer=%{Referer}i"
              + " user_agent=%{User-Agent}i handler=%(handler) handoff=%(handoff)"
              + " receiver=%(receiver) dialect=%(dialect) upstream=%(upstream)"
              + " upstream_first_us=%(upstream-first) upstream_us=%(upstream-total) trace=%(trace)"
              + " end=%(end) error=%(error)",
          "json-ecs",
          "json @timestamp=%{iso}t ecs.version=8.11.0 event.kind=event event.category=web"
              + " event.dataset=sluice.access event.duration=%{ns}T event.outcome=%(outcome)"
              + " service.type=sluice"
              + " client.ip=%a client.port=%{remote}p server.ip=%A server.port=%{local}p"
              + " user.name=%u http.version=%{version}H http.request.id=%(id)"
              + " http.request.method=%m http.request.referrer=%{Referer}i http.request.bytes=%I"
              + " http.response.status_code=%>s http.response.body.bytes=%B http.response.bytes=%O"
              + " url.original=%{target}r url.path=%U url.domain=%V"
              + " user_agent.original=%{User-Agent}i trace.id=%(trace) error.code=%(error)"
              + " labels.site=%(site) labels.route=%(route) labels.handoff=%(handoff)"
              + " labels.receiver=%(receiver)");

  private final Map<String, String> defined = new TreeMap<>();

  /** The predefined formats and {@code others}, which win. */
  public Formats(Map<String, String> others) {
    defined.putAll(PREDEFINED);
    others.forEach((name, text) -> defined.put(name.toLowerCase(Locale.ROOT), text));
  }

  /** The format of that name, or else the text itself. */
  public String text(String nameOrFormat) {
    return defined.getOrDefault(nameOrFormat.toLowerCase(Locale.ROOT), nameOrFormat);
  }

  /** Whether this is the name of a format. */
  public boolean isName(String text) {
    return defined.containsKey(text.toLowerCase(Locale.ROOT));
  }

  /** All names, sorted. */
  public Set<String> names() {
    return new TreeSet<>(defined.keySet());
  }
}
