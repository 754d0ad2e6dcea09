package org.sluice.itests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.receiver.HandOff;
import org.sluice.receiver.HandedKey;
import org.sluice.receiver.HandedSocket;
import org.sluice.receiver.Receiver;
import org.sluice.receiver.ReceiverOptions;
import org.sluice.receiver.ReceiverSelector;
import org.sluice.testing.Await;
import org.sluice.testing.RawHttpClient;

/** The Java library in every dialect and both styles, against the packaged front. */
class ReceiverLibraryIT {
  private static final String[] DIALECTS = {"classic", "scgi", "json", "sluice"};
  private static final List<AutoCloseable> OPEN = new ArrayList<>();
  private static volatile boolean over;
  private static Front front;

  @BeforeAll
  static void start() throws IOException {
    Base base = Base.withSite("library");
    for (String dialect : DIALECTS) {
      ReceiverOptions options = ReceiverOptions.defaults().dialect(dialect);
      for (String style : new String[] {"listener", "selector"}) {
        String name = dialect + "-" + style;
        String socket = "run/" + name + ".sock";
        base.route(
            name, "path=/" + name, "target=fd:" + socket, "dialect=" + dialect, "flusher=raw");
        Path path = Sockets.shortest(base.path(socket));
        if (style.equals("listener")) {
          OPEN.add(Receiver.open(path, options, handOff -> answer(handOff, handOff.accept())));
        } else {
          select(ReceiverSelector.open(path, options));
        }
      }
    }
    front = Front.start(base);
  }

  private static void select(ReceiverSelector selector) {
    OPEN.add(selector);
    Thread thread =
        new Thread(
            () -> {
              try {
                while (!over) {
                  for (HandedKey key : selector.select(Duration.ofMillis(200))) {
                    if (key.isNew()) {
                      answer(key.handOff(), key.socket());
                    }
                  }
                }
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    thread.start();
    OPEN.add(0, thread::join);
  }

  /** Answers with the number of bytes of the front's message, and gives back what can be. */
  private static void answer(HandOff handOff, HandedSocket client) throws IOException {
    String body = handOff.dialect() + " " + handOff.message().remaining() + "\n";
    String head = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n";
    client.write(ByteBuffer.wrap((head + body).getBytes(ISO_8859_1)));
    client.giveBack(200, body.length());
  }

  @AfterAll
  static void stop() throws Exception {
    front.close();
    over = true;
    for (AutoCloseable each : OPEN) {
      each.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"listener", "selector"})
  void everyDialect(String style) throws Exception {
    for (String dialect : DIALECTS) {
      String path = "/" + dialect + "-" + style;
      for (int i = 0; i < 10; i++) {
        String text = front.get(path).text();
        assertTrue(text.matches(dialect + " [0-9]+\n"), text);
        if (!dialect.equals("scgi")) {
          assertEquals(dialect + (dialect.equals("sluice") ? " 0\n" : " 1\n"), text);
        }
      }
    }
    try (RawHttpClient client = front.connect()) {
      for (int i = 0; i < 5; i++) {
        assertEquals("sluice 0\n", client.get("/sluice-" + style).readResponse().text());
      }
    }
    awaitCount("sluice-" + style, "leased", 15);
    awaitCount("classic-" + style, "given", 10);
    awaitCount("scgi-" + style, "given", 10);
    awaitCount("json-" + style, "given", 10);
  }

  /** A client has its answer before the receiver has told the front of it. */
  private static void awaitCount(String route, String outcome, long count) {
    Await.until(() -> front.handOffs(route, outcome) == count, route + " " + outcome + " " + count);
  }
}
