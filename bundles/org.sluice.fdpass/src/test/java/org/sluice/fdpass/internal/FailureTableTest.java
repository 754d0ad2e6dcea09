package org.sluice.fdpass.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.testing.Await;
import org.sluice.testing.Processes;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RunningProcess;

/**
 * A receiver that is stopped at each step of a hand-off, in each dialect, and continued when the
 * front has made up its mind, with another receiver beside it: no client ever has two writers.
 */
class FailureTableTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final Processes processes = new Processes();
  private EngineFront front;
  @TempDir private Path folder;

  @BeforeEach
  void open() throws Exception {
    front = new EngineFront(0);
  }

  @AfterEach
  void close() {
    front.close();
    processes.close();
  }

  private RunningProcess receiver(String dialect, String name, String step) throws Exception {
    String script = Path.of(FailureTableTest.class.getResource("/steps.py").toURI()).toString();
    String socket = folder.resolve(name).toString();
    RunningProcess process = processes.start("python3", script, dialect, socket, name, step);
    process.awaitLine("ready", SOON);
    return process;
  }

  private RawHttpClient ask() throws IOException {
    String request = "GET /t HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    return RawHttpClient.connect(front.port()).send(request);
  }

  /** Everything that came, with the way it ended: a reset does not take away what was read. */
  private static String everything(RawHttpClient client) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    InputStream in = client.socket().getInputStream();
    client.socket().setSoTimeout(10_000);
    try {
      for (int b = in.read(); b >= 0; b = in.read()) {
        all.write(b);
      }
      return all.toString(ISO_8859_1) + "|end";
    } catch (java.net.SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      return all.toString(ISO_8859_1) + "|reset";
    }
  }

  private static String whole(String name) {
    String body = ("from " + name + ", ").repeat(4);
    return "HTTP/1.1 200 OK\r\nContent-Length: "
        + body.length()
        + "\r\nConnection: close\r\n\r\n"
        + body;
  }

  /**
   * Columns: what the front counts while the receiver is stopped, and what the client gets: all of
   * a receiver's answer, {@code half} or {@code whole} of a's with a reset behind it, or {@code
   * nothing} but a reset.
   */
  @ParameterizedTest
  @CsvSource({
    "classic, accept, UNCONFIRMED, a",
    "classic, read, UNCONFIRMED, a",
    "classic, ack, '', a",
    "classic, half, '', a",
    "classic, done, '', a",
    "scgi, accept, UNCONFIRMED, a",
    "scgi, read, UNCONFIRMED, a",
    "scgi, ack, '', a",
    "scgi, half, '', a",
    "scgi, done, '', a",
    "json, accept, UNCONFIRMED, a",
    "json, read, UNCONFIRMED, a",
    "json, ack, '', a",
    "json, half, '', a",
    "json, done, '', a",
    "sluice, accept, LEASED, b",
    "sluice, read, STALLED, nothing",
    "sluice, ack, STALLED, nothing",
    "sluice, half, OVERDUE, half",
    "sluice, done, OVERDUE, whole",
  })
  void stoppedAndContinuedTooLate(String dialect, String step, String counted, String outcome)
      throws Exception {
    RunningProcess stopped = receiver(dialect, "a", step);
    // Elsewhere it comes later, so that it cannot be chosen before the one that stops.
    RunningProcess other = step.equals("accept") ? receiver(dialect, "b", "never") : null;
    route(dialect, "200ms", "300ms", "600ms");
    try (RawHttpClient client = ask()) {
      stopped.awaitLine("stopped", SOON);
      other = other == null ? receiver(dialect, "b", "never") : other;
      if (counted.isEmpty()) {
        // Read in time or not: given in both cases.
        Await.until(() -> front.connections() == 0, "given");
      } else {
        Step expected = Step.valueOf(counted);
        Await.until(() -> front.count("t", dialect, expected) == 1, counted);
      }
      stopped.signal("CONT");
      stopped.awaitLine("continued", SOON);
      String got = everything(client);
      switch (outcome) {
        case "nothing" -> assertEquals("|reset", got);
        case "half", "whole" -> {
          assertTrue(got.endsWith("|reset"), got);
          // A reset may take away what was not read yet, never add to it.
          String most =
              whole("a").substring(0, whole("a").length() - (outcome.equals("half") ? 20 : 0));
          assertTrue(most.startsWith(got.substring(0, got.length() - 6)), got);
        }
        default -> assertEquals(whole(outcome) + "|end", got);
      }
    }
    assertEquals(outcome.equals("b"), other.lines().contains("answered"));
    Await.until(() -> front.connections() == 0, "no connection");
    assertEquals(0, front.state().unacknowledged());
  }

  @ParameterizedTest
  @CsvSource({"classic", "scgi", "json", "sluice"})
  void stoppedAndContinuedInTime(String dialect) throws Exception {
    for (String step : new String[] {"read", "ack", "half", "done"}) {
      RunningProcess stopped = receiver(dialect, "a-" + step, step);
      RunningProcess other;
      front.route(
          "t",
          "fd:" + folder.resolve("a-" + step) + "," + folder.resolve("b-" + step),
          "dialect",
          dialect,
          "flusher",
          "raw",
          "handoff.linger",
          "1m",
          "handoff.ack-timeout",
          "1m");
      try (RawHttpClient client = ask()) {
        stopped.awaitLine("stopped", SOON);
        other = receiver(dialect, "b-" + step, "never");
        stopped.signal("CONT");
        assertEquals(whole("a-" + step) + "|end", everything(client), step);
      }
      assertFalse(other.lines().contains("answered"), step);
    }
  }

  private void route(String dialect, String linger, String ack, String lease) {
    front.route(
        "t",
        "fd:" + folder.resolve("a") + "," + folder.resolve("b"),
        "dialect",
        dialect,
        "flusher",
        "raw",
        "handoff.linger",
        linger,
        "handoff.ack-timeout",
        ack,
        "handoff.lease-timeout",
        lease);
  }
}
