package org.sluice.backend.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawResponse;

/** A front of its own for each test, and members of the balancer {@code c} that say their name. */
abstract class BalancerFixture {
  TestFront front;
  final List<RawBackend> backends = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    front = new TestFront();
  }

  @AfterEach
  void close() throws IOException {
    for (RawBackend backend : backends) {
      backend.close();
    }
    front.close();
  }

  RawBackend backend(String name) throws IOException {
    return backend(name, 200, 0);
  }

  RawBackend backend(String name, int status, int port) throws IOException {
    String response =
        "HTTP/1.1 " + status + " X\r\nContent-Length: " + name.length() + "\r\n\r\n" + name;
    RawBackend made =
        new RawBackend(
            peer -> {
              while (peer.request() != null) {
                peer.send(response);
              }
            },
            port);
    backends.add(made);
    return made;
  }

  /** A member with a backend that answers with the member's name. */
  RawBackend member(String name, String... keysAndValues) throws IOException {
    RawBackend backend = backend(name);
    put(name, backend.url(), keysAndValues);
    return backend;
  }

  void put(String name, String target, String... keysAndValues) {
    List<String> all = new ArrayList<>(List.of("balancer", "c", "target", target));
    all.addAll(List.of(keysAndValues));
    front.member(name, all.toArray(String[]::new));
  }

  RawResponse get(String path, String... lines) throws IOException {
    try (RawHttpClient client = front.connect()) {
      return client.get(path, lines).readResponse();
    }
  }

  Map<String, Integer> count(int requests, String... lines) throws IOException {
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < requests; i++) {
      counts.merge(get("/b/x", lines).text(), 1, Integer::sum);
    }
    return counts;
  }
}
