package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sluice.testing.Await;
import org.sluice.testing.Descriptors;
import org.sluice.testing.Processes;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RunningProcess;

/** Receivers that are no Java: they get real sockets from the packaged front. */
class RealReceiversIT {
  private static final int LARGE = 8 * 1024 * 1024;
  private static final String RAW_BODY =
      "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nX-By: receiver\r\n\r\nraw\n";

  private final Processes receivers = new Processes();

  /** The languages of {@code examples/receivers}. */
  enum Language {
    C,
    PYTHON;

    List<String> command() throws IOException {
      return this == C
          ? List.of(Tools.receiverInC().toString())
          : List.of(Tools.python(), Tools.receiverInPython().toString());
    }
  }

  @AfterEach
  void end() {
    receivers.close();
  }

  private void start(Language language, Base base, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(language.command());
    command.addAll(List.of(arguments));
    receivers.in(base.path());
    receivers.start(command).awaitLine("^listening", Await.LIMIT);
  }

  private static Base base(String name) throws IOException {
    return Base.withSite("real-" + name)
        .fixed("fixed", "/fixed", "fixed")
        .route("flush", "path=/flush", "target=fd:run/body.sock", "header.X-Route=flush")
        .route("plain", "path=/plain", "target=fd:run/body.sock")
        .route("raw", "path=/raw", "target=fd:run/raw.sock", "flusher=raw")
        .route(
            "opening",
            "path=/opening",
            "target=fd:run/body.sock",
            "flusher=opening",
            "opening.type=text/event-stream",
            "opening.text=:ok\\n\\n",
            "opening.header.X-Route=opening")
        .route("large", "path=/large", "target=fd:run/large.sock");
  }

  @ParameterizedTest
  @EnumSource
  void everyFlusherGivesExactlyTheseBytes(Language language) throws Exception {
    Base base = base("bytes-" + language);
    start(language, base, "run/body.sock", "from the receiver\n");
    start(language, base, "run/raw.sock", RAW_BODY);
    try (Front front = Front.start(base)) {
      assertEquals(
          "HTTP/1.1 200 OK\r\nDate: *\r\nServer: Sluice\r\nConnection: close\r\n\r\n"
              + "from the receiver\n",
          response(front, "/plain"));
      assertEquals(
          "HTTP/1.1 200 OK\r\nX-Route: flush\r\nDate: *\r\nServer: Sluice\r\n"
              + "Connection: close\r\n\r\nfrom the receiver\n",
          response(front, "/flush"));
      assertEquals(RAW_BODY, response(front, "/raw"));
      assertEquals(
          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Route: opening\r\nDate: *\r\n"
              + "Server: Sluice\r\nConnection: close\r\n\r\n:ok\n\nfrom the receiver\n",
          response(front, "/opening"));
      assertEquals(0, front.complaints("org.sluice").size(), front::toString);
    }
  }

  private static String response(Front front, String target) throws IOException {
    try (RawHttpClient client = front.connect()) {
      return Bytes.masked(client.get(target).readToEnd());
    }
  }

  /** A client that takes little at a time, so that the receiver is still writing. */
  private static RawHttpClient slowClient(Front front) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(16 * 1024);
    InetAddress loopback = InetAddress.getLoopbackAddress();
    return RawHttpClient.connect(new InetSocketAddress(loopback, front.port()), socket);
  }

  @ParameterizedTest
  @EnumSource
  void theFrontHoldsNothingWhileTheResponseGoesOn(Language language) throws Exception {
    Base base = base("nothing-held-" + language);
    start(language, base, "run/large.sock", "-n", Integer.toString(LARGE));
    try (Front front = Front.start(base);
        RawHttpClient client = slowClient(front)) {
      client.get("/fixed").readResponse();
      int port = client.local().getPort();
      assertEquals(1, Descriptors.connections(front.pid(), front.port(), port), "before");

      client.get("/large").readHead();
      client.read(1024);

      Await.until(
          () -> Descriptors.connections(front.pid(), front.port(), port) == 0,
          "the front closes its copy");
      assertArrayEquals(Bytes.xs(LARGE - 1024), client.readToEnd());
    }
  }

  @ParameterizedTest
  @EnumSource
  void theResponseOutlivesAFrontThatIsStopped(Language language) throws Exception {
    Base base = base("outlives-stop-" + language);
    start(language, base, "run/large.sock", "-n", Integer.toString(LARGE));
    try (Front front = Front.start(base);
        RawHttpClient client = slowClient(front)) {
      client.get("/large").readHead();
      client.read(1024);

      assertEquals(0, front.stop(), front::toString);

      assertArrayEquals(Bytes.xs(LARGE - 1024), client.readToEnd());
    }
  }

  @ParameterizedTest
  @EnumSource
  void theResponseOutlivesAFrontThatIsKilled(Language language) throws Exception {
    Base base = base("outlives-kill-" + language);
    start(language, base, "run/large.sock", "-n", Integer.toString(LARGE));
    try (Front front = Front.start(base);
        RawHttpClient client = slowClient(front)) {
      client.get("/large").readHead();
      client.read(1024);
      int port = client.local().getPort();
      Await.until(
          () -> Descriptors.connections(front.pid(), front.port(), port) == 0,
          "the socket was given away");

      front.process().kill();

      Await.until(() -> !front.process().alive(), "the front is dead");
      assertArrayEquals(Bytes.xs(LARGE - 1024), client.readToEnd());
    }
  }

  @Test
  void theMessageIsOneZeroByteOneDescriptorAndTheEnd() throws Exception {
    String python = Tools.python();
    Base base = base("message");
    receivers.in(base.path());
    RunningProcess recorder =
        receivers.start(python, Tools.script("recorder.py").toString(), "run/body.sock");
    recorder.awaitLine("^listening", Await.LIMIT);
    RunningProcess raw =
        receivers.start(python, Tools.script("recorder.py").toString(), "run/raw.sock");
    raw.awaitLine("^listening", Await.LIMIT);
    try (Front front = Front.start(base)) {
      for (String target : new String[] {"/plain", "/opening", "/plain"}) {
        response(front, target);
      }
      assertEquals("recorded\n", response(front, "/raw"));
      // As the peer does it, the descriptor is non-blocking: the flag belongs to both copies.
      String message = "message 00 1 whole [True] EOF";
      // What a process has said arrives by a pipe of its own, perhaps after the answer.
      Await.until(
          () -> recorder.lines().size() >= 4 && raw.lines().size() >= 2, "the recorders' lines");
      assertEquals(List.of("listening", message, message, message), recorder.lines());
      assertEquals(List.of("listening", message), raw.lines());
    }
  }

  @Test
  void relativeAndAbsoluteTargetsMeanTheSameSocket() throws Exception {
    Base base = Base.withSite("real-paths");
    try (TestReceiver receiver = TestReceiver.open(base, "run/a.sock", TestReceiver.BODY)) {
      Path socket = Path.of("/tmp/sluice-" + ProcessHandle.current().pid() + ".sock");
      java.nio.file.Files.deleteIfExists(socket);
      java.nio.file.Files.createSymbolicLink(socket, base.path("run"));
      try {
        base.route("relative", "path=/relative", "target=fd:run/a.sock")
            .route("absolute", "path=/absolute", "target=fd:" + socket + "/a.sock")
            .route("slashes", "path=/slashes", "target=fd://" + socket + "/a.sock");
        try (Front front = Front.start(base)) {
          for (String target : new String[] {"/relative", "/absolute", "/slashes"}) {
            // What follows the prefix must not become part of the socket's path.
            assertEquals(TestReceiver.BODY, front.get(target + "/more").text(), front::toString);
          }
          assertEquals(3, receiver.handedOff());
        }
      } finally {
        java.nio.file.Files.delete(socket);
      }
    }
  }
}
