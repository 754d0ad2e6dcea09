package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.testing.Await;
import org.sluice.testing.Processes;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RunningProcess;

/** Lines of hand-offs: gives, leases, and what receivers report when a given stream has ended. */
class AccessLogHandOffIT {
  private static final String STREAMED = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nstreamed\n";
  private static final String FORMAT =
      "format=\"%r\" %(handoff) %>s %B %O %(dialect) %(route) %(site) %{remote}p %X";

  private final Processes receivers = new Processes();

  @AfterEach
  void end() {
    receivers.close();
  }

  private static Base base(String name, String... route) throws IOException {
    return Base.withSite("loghand-" + name)
        .route("r", route)
        .file("etc/org.sluice.accesslog~main.cfg", "file=log/a.log", "flush=5ms", FORMAT);
  }

  private RunningProcess start(Base base, String... command) throws IOException {
    receivers.in(base.path());
    RunningProcess process = receivers.start(List.of(command));
    process.awaitLine("^listening", Await.LIMIT);
    return process;
  }

  private RunningProcess streams(Base base, String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(Tools.python(), Tools.script("streams.py").toString(), "run/app.sock"));
    command.addAll(List.of(more));
    return start(base, command.toArray(String[]::new));
  }

  private static List<String> lines(Base base, int count) {
    Path log = base.path("log/a.log");
    return Await.value(
        Await.LIMIT,
        () -> Files.exists(log) ? Files.readAllLines(log) : List.<String>of(),
        lines -> lines.size() >= count,
        count + " lines in " + log);
  }

  @Test
  void leasesAreLoggedWhenTheyEndWithWhatWasTrue() throws Exception {
    Base base = base("lease", "path=/r", "target=fd:run/app.sock", "dialect=sluice");
    start(base, Tools.python(), Tools.receiverInPython("sluice").toString(), "run/app.sock");
    try (Front front = Front.start(base);
        RawHttpClient client = front.connect()) {
      int port = client.local().getPort();
      for (int i = 0; i < 2; i++) {
        String text = client.get("/r?" + i).readResponse().text();
        String head =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                + text.length()
                + "\r\n\r\n";
        String expected =
            "\"GET /r?%d HTTP/1.1\" leased 200 %d %d sluice r main %d -"
                .formatted(i, text.length(), head.length() + text.length(), port);
        assertEquals(expected, lines(base, i + 1).get(i));
      }
      assertEquals(0, front.stop());
    }
    assertEquals(2, lines(base, 2).size());
  }

  @Test
  void aReceiverThatDiesWithALeaseLeavesAnAbortedLine() throws Exception {
    Base base = base("die", "path=/r", "target=fd:run/app.sock", "dialect=sluice");
    streams(base, "die");
    try (Front front = Front.start(base);
        RawHttpClient client = front.connect()) {
      client.get("/r?die").awaitEnd();
      String line = lines(base, 1).get(0);
      assertTrue(line.startsWith("\"GET /r?die HTTP/1.1\" lost "), line);
      assertTrue(line.endsWith(" X"), line);
      assertEquals(0, front.stop());
    }
    assertEquals(1, lines(base, 1).size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"give", "lease"})
  void endReportsHaveALineOfTheirOwn(String mode) throws Exception {
    Base base =
        base(
            "end-" + mode,
            "path=/r",
            "target=fd:run/app.sock",
            "dialect=sluice",
            "handoff.mode=" + mode);
    streams(base);
    try (Front front = Front.start(base);
        RawHttpClient client = front.connect()) {
      int port = client.local().getPort();
      assertEquals(STREAMED, new String(client.get("/r?now").readToEnd()));
      String given = mode.equals("give") ? "given" : "taken";
      List<String> lines = lines(base, 2);
      assertTrue(
          lines.get(0).startsWith("\"GET /r?now HTTP/1.1\" " + given + " "), lines::toString);
      assertEquals(
          "\"GET /r?now HTTP/1.1\" ended 200 9 %d sluice r main %d -"
              .formatted(STREAMED.length(), port),
          lines.get(1));
      assertEquals(0, front.stop());
    }
    assertEquals(2, lines(base, 2).size());
  }

  /** The memo carries what the line needs: whichever front runs then writes it. */
  @ParameterizedTest
  @ValueSource(strings = {"TERM", "KILL"})
  void theNextFrontWritesTheLineOfAStreamOfTheOneBefore(String signal) throws Exception {
    Base base =
        base(
            "restart-" + signal,
            "path=/r",
            "target=fd:run/app.sock",
            "dialect=sluice",
            "handoff.mode=give");
    RunningProcess receiver = streams(base);
    RawHttpClient client;
    int port;
    try (Front front = Front.start(base)) {
      client = front.connect();
      port = client.local().getPort();
      client.get("/r?long=\\x");
      receiver.awaitLine("^taken /r.long", Await.LIMIT);
      assertTrue(lines(base, 1).get(0).contains(" given "), front::toString);
      front.process().signal(signal);
      front.process().awaitExit(Front.LIMIT);
    }
    try (client;
        Front next = Front.start(base);
        RawHttpClient other = next.connect()) {
      other.get("/r?now").readToEnd();
      lines(base, 3);
      client.halfClose();
      assertEquals(STREAMED, new String(client.readToEnd()));
      assertEquals(
          "\"GET /r?long=\\\\x HTTP/1.1\" ended 200 9 %d sluice r main %d -"
              .formatted(STREAMED.length(), port),
          lines(base, 4).get(3));
    }
    assertEquals(4, lines(base, 4).size());
  }
}
