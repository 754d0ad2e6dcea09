package org.sluice.core.internal.exchange;

import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;
import org.sluice.api.wire.HandoffData;

/**
 * The fields with which an application asks for its client to be handed over. They are between it
 * and the front: whether the feature is on or off, no client ever sees them or can send them, but
 * for what programs write that are not parsed.
 */
public final class HandoverFields {
  /** Name of a configured receiver. */
  public static final String RECEIVER = "Sluice-Handoff";

  /** Path of a receiver's socket, as mod_socket_handoff has it. */
  public static final String PATH = "X-Socket-Handoff";

  /** What the receiver is to know. */
  public static final String DATA = HandoffData.NAME;

  private HandoverFields() {}

  static boolean isOne(String name) {
    // Lengths first: this looks at every field of every response.
    return switch (name.length()) {
      case 14 -> name.equalsIgnoreCase(RECEIVER) || name.equalsIgnoreCase(DATA);
      case 16 -> name.equalsIgnoreCase(PATH);
      default -> false;
    };
  }

  static boolean present(Headers headers) {
    for (int i = 0, n = headers.size(); i < n; i++) {
      if (isOne(headers.name(i))) {
        return true;
      }
    }
    return false;
  }

  static Response strip(Response response) {
    return response.withHeaders(without(response.headers()));
  }

  static Headers without(Headers headers) {
    Headers.Builder kept = Headers.builder();
    headers.forEach(
        (name, value) -> {
          if (!isOne(name)) {
            kept.add(name, value);
          }
        });
    return kept.build();
  }
}
