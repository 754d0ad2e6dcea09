package org.sluice.flush.head.internal;

import java.util.Locale;
import java.util.Set;
import org.osgi.service.component.annotations.Component;
import org.sluice.api.config.Options;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HeaderEdits;
import org.sluice.api.http.Headers;
import org.sluice.handoff.api.Flusher;
import org.sluice.handoff.api.Preamble;
import org.sluice.handoff.api.SluiceFlusher;

/**
 * Sends the head of a 200 and leaves the body to the receiver. The head is the same for all
 * requests of a route, so it is made once per configuration.
 */
@Component(service = Flusher.class)
@SluiceFlusher("flush")
public final class HeadFlusher implements Flusher {
  private static final int OK = 200;
  private static final String FAMILY = "header.";

  /** Fields that the front writes itself, or that would promise a length nobody knows. */
  private static final Set<String> NOT_OURS =
      Set.of(
          "connection",
          "content-length",
          "date",
          "keep-alive",
          "server",
          "trailer",
          "transfer-encoding",
          "upgrade");

  @Override
  public Preamble preamble(Exchange exchange, Options options) {
    return options.view(Head.class, Head::new).preamble;
  }

  /** The head of a route. */
  private static final class Head {
    private final Preamble preamble;

    Head(Options options) {
      options.family(FAMILY).forEach((name, value) -> check(name, value, options));
      Headers.Builder fields = Headers.builder();
      HeaderEdits.ofResponses(options)
          .apply(Headers.empty())
          .forEach(
              (name, value) -> {
                if (!isFronts(name)) {
                  fields.add(name, value);
                }
              });
      preamble = Preamble.head(OK).headers(fields.build());
    }

    /** What was meant for other responses ({@code header.set.Server}) does no harm here. */
    private static void check(String name, String value, Options options) {
      if (isFronts(name)) {
        throw new IllegalArgumentException(
            options.origin(FAMILY + name)
                + ": "
                + FAMILY
                + name
                + "="
                + value
                + ": the front writes this field itself before a hand-off");
      }
    }

    private static boolean isFronts(String name) {
      return NOT_OURS.contains(name.toLowerCase(Locale.ROOT));
    }
  }
}
