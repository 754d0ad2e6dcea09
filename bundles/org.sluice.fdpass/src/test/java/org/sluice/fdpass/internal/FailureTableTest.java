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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.testing.Await;
import org.sluice.testing.Processes;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RunningProcess;

/**
 * A receiver that is stopped at each step of a hand-off, in each dialect, and continued when the
 * front has made up its mind, with another receiver beside it: no client ever has two writers. Most
 * of the time of a case is waiting, so they run side by side.
 */
class FailureTableTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  /** One process that forks all receivers: a fork costs a fiftieth of a start. */
  private static final Processes PROCESSES = new Processes();

  private static final AtomicInteger TAGS = new AtomicInteger();
  private static RunningProcess receivers;
  private EngineFront front;
  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    String script = Path.of(FailureTableTest.class.getResource("/steps.py").toURI()).toString();
    receivers = PROCESSES.start("python3", script);
  }

  @AfterAll
  static void stop() {
    PROCESSES.close();
  }

  @BeforeEach
  void open() throws Exception {
    front = new EngineFront(0);
  }

  @AfterEach
  void close() {
    front.close();
  }

  /** A receiver, known by what its lines begin with. */
  private record Stepper(String tag) {
    void await(String what) {
      receivers.awaitLine("^" + tag + " " + what, SOON);
    }

    boolean said(String what) {
      return receivers.lines().contains(tag + " " + what);
    }

    void goOn() throws IOException {
      order("continue " + tag);
      await("continued");
    }
  }

  private static void order(String line) throws IOException {
    synchronized (PROCESSES) {
      receivers.type(line);
    }
  }

  private Stepper receiver(String dialect, String name, String step) throws Exception {
    Stepper receiver = new Stepper("t" + TAGS.incrementAndGet());
    String words = String.join(" ", dialect, folder.resolve(name).toString(), name, step);
    order("start " + receiver.tag() + " " + words);
    receiver.await("ready");
    return receiver;
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
  @Execution(ExecutionMode.CONCURRENT)
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
    Stepper stopped = receiver(dialect, "a", step);
    // Elsewhere it comes later, so that it cannot be chosen before the one that stops.
    Stepper other = step.equals("accept") ? receiver(dialect, "b", "never") : null;
    route(dialect, "200ms", "300ms", "600ms");
    try (RawHttpClient client = ask()) {
      stopped.await("stopped");
      other = other == null ? receiver(dialect, "b", "never") : other;
      if (counted.isEmpty()) {
        // Read in time or not: given in both cases.
        Await.until(() -> front.connections() == 0, "given");
      } else {
        Step expected = Step.valueOf(counted);
        Await.until(() -> front.count("t", dialect, expected) == 1, counted);
      }
      if (outcome.length() > 1) {
        // It is counted a moment before the client is reset.
        Await.until(() -> front.connections() == 0, "reset");
      }
      stopped.goOn();
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
    if (outcome.equals("b")) {
      other.await("answered");
    } else {
      assertFalse(other.said("answered"));
    }
    Await.until(() -> front.connections() == 0, "no connection");
    assertEquals(0, front.state().unacknowledged());
  }

  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @CsvSource({"classic", "scgi", "json", "sluice"})
  void stoppedAndContinuedInTime(String dialect) throws Exception {
    for (String step : new String[] {"read", "ack", "half", "done"}) {
      Stepper stopped = receiver(dialect, "a-" + step, step);
      Stepper other;
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
        stopped.await("stopped");
        other = receiver(dialect, "b-" + step, "never");
        stopped.goOn();
        assertEquals(whole("a-" + step) + "|end", everything(client), step);
      }
      assertFalse(other.said("answered"), step);
    }
  }

  /**
   * A receiver that dies at each step. Columns: what the front counts, and what the client gets:
   * all of the other receiver's answer, or so much of the dead one's, with the way it ends.
   */
  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @CsvSource({
    "classic, accept, GIVEN, b, end",
    "classic, read, GIVEN, b, end",
    "classic, ack, GIVEN, nothing, end",
    "classic, half, GIVEN, half, end",
    "classic, done, GIVEN, whole, end",
    "scgi, accept, GIVEN, b, end",
    "scgi, read, GIVEN, b, end",
    "scgi, ack, GIVEN, nothing, end",
    "scgi, half, GIVEN, half, end",
    "scgi, done, GIVEN, whole, end",
    "json, accept, GIVEN, b, end",
    "json, read, GIVEN, b, end",
    "json, ack, GIVEN, nothing, end",
    "json, half, GIVEN, half, end",
    "json, done, GIVEN, whole, end",
    "sluice, accept, LEASED, b, end",
    "sluice, read, LEASED, b, end",
    "sluice, ack, LEASED, b, end",
    "sluice, half, LOST, half, reset",
    "sluice, done, LOST, whole, reset",
  })
  void killed(String dialect, String step, Step counted, String outcome, String ending)
      throws Exception {
    Stepper dying = receiver(dialect, "a", step);
    Stepper other = step.equals("accept") ? receiver(dialect, "b", "never") : null;
    // Nothing but its death tells the front.
    route(dialect, "1m", "1m", "1m");
    try (RawHttpClient client = ask()) {
      dying.await("stopped");
      other = other == null ? receiver(dialect, "b", "never") : other;
      order("kill " + dying.tag());
      String got = everything(client);
      String all = whole("a");
      String expected =
          switch (outcome) {
            case "b" -> whole("b");
            case "nothing" -> "";
            case "half" -> all.substring(0, all.length() - 20);
            default -> all;
          };
      assertTrue(got.endsWith("|" + ending), got);
      String text = got.substring(0, got.lastIndexOf('|'));
      // A reset may take away what was not read yet, never add to it.
      assertTrue(ending.equals("end") ? text.equals(expected) : expected.startsWith(text), got);
    }
    if (outcome.equals("b")) {
      other.await("answered");
    } else {
      assertFalse(other.said("answered"));
    }
    Await.until(() -> front.count("t", dialect, counted) == 1, counted + " 1");
    Await.until(() -> front.connections() == 0, "no connection");
    Await.until(() -> front.state().unacknowledged() == 0, "nothing unacknowledged");
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
