package org.sluice.accesslog.internal.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.log.api.LogSink;
import org.sluice.log.api.LogTarget;
import org.sluice.testing.Await;

/** Programs that read lines, and syslog. */
class ProgramsTest {
  @TempDir Path folder;

  private static ByteBuffer lines(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void wordsOfACommand() {
    assertEquals(
        List.of("/bin/x", "a b", "c'd", "e\"f", "", "g h"),
        CommandLine.parse("|/bin/x 'a b' \"c'd\" e\\\"f '' g\\ h"));
    assertEquals(List.of("x", "y"), CommandLine.parse("||x y"));
    assertEquals(List.of("sh", "-c", "a | b > c"), CommandLine.parse("|$a | b > c"));
    for (String bad : new String[] {"|", "| ", "|$", "|x 'y"}) {
      assertThrows(IllegalArgumentException.class, () -> CommandLine.parse(bad), bad);
    }
  }

  @Test
  void aProgramThatEndsIsStartedAgainAndReadsOn() throws Exception {
    Path out = folder.resolve("out");
    // Reads one line and ends.
    PipeSink sink =
        new PipeSink(
            "t", List.of("sh", "-c", "read l; echo \"$l\" >> out"), folder, folder.resolve("f"));
    sink.write(lines("1\n"));
    Await.until(() -> Files.exists(out) && Files.readString(out).equals("1\n"), "the first line");
    sink.write(lines("2\n3\n"));
    // A shell reads byte by byte: what it has not read waits for the next one.
    Await.until(() -> Files.readString(out).equals("1\n2\n3\n"), "the others");
    sink.close();
    assertTrue(Files.notExists(folder.resolve("f")));
  }

  @Test
  void aProgramThatIsGoneIsAFailureUntilItIsBack() throws Exception {
    Path program = folder.resolve("program");
    String text = "#!/bin/sh\nread l; echo \"$l\" >> out; read l; echo \"$l\" >> out";
    Path out = folder.resolve("out");
    Files.writeString(program, text);
    assertTrue(program.toFile().setExecutable(true));
    try (PipeSink sink =
        new PipeSink("t", List.of(program.toString()), folder, folder.resolve("f"))) {
      sink.write(lines("1\n"));
      Await.until(() -> Files.exists(out) && Files.readString(out).equals("1\n"), "it reads");
      Files.delete(program);
      sink.write(lines("2\n"));
      Await.until(() -> Files.readString(out).equals("1\n2\n"), "its end");
      ByteBuffer next = lines("3\n");
      ByteBuffer nothing = lines("");
      Await.until(() -> fails(sink, nothing), "it cannot be started");
      assertThrows(java.io.IOException.class, () -> sink.write(next));
      assertEquals(0, next.position());
      assertThrows(java.io.IOException.class, () -> sink.tick(0));
      Path part = folder.resolve("part");
      Files.writeString(part, text);
      assertTrue(part.toFile().setExecutable(true));
      Files.move(part, program);
      Await.until(() -> !fails(sink, next), "it is started again");
      Await.until(() -> Files.readString(out).endsWith("\n3\n"), "the next line");
    }
  }

  private static boolean fails(PipeSink sink, ByteBuffer lines) {
    try {
      sink.tick(0);
      sink.write(lines);
      return false;
    } catch (java.io.IOException e) {
      return true;
    }
  }

  /** A log that is replaced may still be at its end when the next one begins. */
  @Test
  void aNewPipeKeepsItsPathWhenTheOldOneCloses() throws Exception {
    Path out = folder.resolve("out");
    List<String> command = List.of("sh", "-c", "read l; echo \"$l\" >> out");
    PipeSink old = new PipeSink("t", List.of("cat"), folder, folder.resolve("f"));
    try (PipeSink sink = new PipeSink("t", command, folder, folder.resolve("f"))) {
      old.close();
      sink.write(lines("1\n2\n"));
      Await.until(
          () -> Files.exists(out) && Files.readString(out).equals("1\n2\n"),
          "the program is started again");
    }
    assertTrue(Files.notExists(folder.resolve("f")));
    assertTrue(Files.notExists(folder.resolve("f.2")));
  }

  @Test
  void theEndGivesWhatIsLeftToOneMoreProgram() throws Exception {
    Path out = folder.resolve("out");
    String once = "if mkdir d; then read l; echo \"$l\" >> out; else cat >> out; fi 2>/dev/null";
    try (PipeSink sink =
        new PipeSink("t", List.of("sh", "-c", once), folder, folder.resolve("f"))) {
      sink.write(lines("1\n2\n3\n"));
      Await.until(() -> Files.exists(out) && Files.readString(out).equals("1\n"), "one line");
      Await.until(() -> !sink.isAlive(), "its end");
    }
    Await.until(() -> Files.readString(out).equals("1\n2\n3\n"), "the rest");
  }

  @Test
  void aProgramThatReadsNothingIsEnded() throws Exception {
    PipeSink sink = new PipeSink("t", List.of("sleep", "600"), folder, folder.resolve("f"));
    sink.interrupt();
    Await.until(() -> !sink.isAlive(), "SIGTERM");
    sink.close();
  }

  @Test
  void theProgramReadsToTheEnd() throws Exception {
    Path out = folder.resolve("out");
    PipeSink sink =
        new PipeSink("t", List.of("sh", "-c", "cat > out"), folder, folder.resolve("f"));
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      text.append("line ").append(i).append('\n');
    }
    sink.write(lines(text.toString()));
    sink.close();
    Await.until(() -> Files.readString(out).contentEquals(text), "all lines");
  }

  @Test
  void messagesOverUdp() throws Exception {
    try (DatagramChannel daemon = DatagramChannel.open()) {
      daemon.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      int port = ((InetSocketAddress) daemon.getLocalAddress()).getPort();
      Map<String, String> settings =
          Map.of(
              "syslog.address", "udp:127.0.0.1:" + port,
              "syslog.facility", "local3",
              "syslog.severity", "notice",
              "syslog.tag", "front");
      LogTarget target = new LogTarget("t", folder, "", settings);
      new SyslogWriter().check(target);
      try (LogSink sink = new SyslogWriter().open(target)) {
        sink.write(lines("first \"line\"\nsecond\n"));
      }
      daemon.socket().setSoTimeout(5_000);
      assertMessage(receive(daemon), "<157>1 ", " front ", "first \"line\"");
      assertMessage(receive(daemon), "<157>1 ", " front ", "second");
    }
  }

  private static String receive(DatagramChannel daemon) throws Exception {
    byte[] bytes = new byte[2000];
    java.net.DatagramPacket packet = new java.net.DatagramPacket(bytes, bytes.length);
    daemon.socket().receive(packet);
    return new String(bytes, 0, packet.getLength(), StandardCharsets.US_ASCII);
  }

  /** RFC 5424 section 6. */
  private static void assertMessage(String message, String start, String tag, String end) {
    String[] words = message.split(" ", 8);
    assertTrue(message.startsWith(start), message);
    assertTrue(message.contains(tag), message);
    java.time.OffsetDateTime.parse(words[1]);
    assertEquals(Long.toString(ProcessHandle.current().pid()), words[4]);
    assertEquals("access", words[5]);
    assertEquals("-", words[6]);
    assertEquals(end, words[7]);
  }

  @Test
  void messagesOverALocalStream() throws Exception {
    Path socket = folder.resolve("s");
    try (ServerSocketChannel daemon = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      daemon.bind(UnixDomainSocketAddress.of(socket));
      LogTarget target = new LogTarget("t", folder, "", Map.of("syslog.address", "unix:" + socket));
      try (LogSink sink = new SyslogWriter().open(target);
          SocketChannel peer = daemon.accept()) {
        sink.write(lines("over a stream\n"));
        ByteBuffer got = ByteBuffer.allocate(2000);
        peer.read(got);
        String text = new String(got.array(), 0, got.position(), StandardCharsets.US_ASCII);
        int blank = text.indexOf(' ');
        assertEquals(text.length() - blank - 1, Integer.parseInt(text.substring(0, blank)));
        assertMessage(text.substring(blank + 1), "<134>1 ", " sluice ", "over a stream");
      }
    }
  }

  @Test
  void messagesAsLocalDatagrams() throws Exception {
    Path socket = folder.resolve("d");
    try (var daemon = org.newsclub.net.unix.AFUNIXDatagramSocket.newInstance()) {
      daemon.bind(org.newsclub.net.unix.AFUNIXSocketAddress.of(socket));
      daemon.setSoTimeout(5_000);
      LogTarget target = new LogTarget("t", folder, "", Map.of("syslog.address", "unix:" + socket));
      try (LogSink sink = new SyslogWriter().open(target)) {
        sink.write(lines("a datagram\n"));
        byte[] bytes = new byte[2000];
        java.net.DatagramPacket packet = new java.net.DatagramPacket(bytes, bytes.length);
        daemon.receive(packet);
        String text = new String(bytes, 0, packet.getLength(), StandardCharsets.US_ASCII);
        assertMessage(text, "<134>1 ", " sluice ", "a datagram");
      }
    }
  }

  /** What a daemon that listens there gets next. */
  private static String next(org.newsclub.net.unix.AFUNIXDatagramSocket daemon) throws Exception {
    daemon.setSoTimeout(5_000);
    byte[] bytes = new byte[2000];
    java.net.DatagramPacket packet = new java.net.DatagramPacket(bytes, bytes.length);
    daemon.receive(packet);
    String text = new String(bytes, 0, packet.getLength(), StandardCharsets.US_ASCII);
    return text.substring(text.lastIndexOf(' ') + 1);
  }

  @Test
  void aSyslogSocketThatVanishesAndComesBack() throws Exception {
    Path socket = folder.resolve("d");
    var address = org.newsclub.net.unix.AFUNIXSocketAddress.of(socket);
    LogTarget target = new LogTarget("t", folder, "", Map.of("syslog.address", "unix:" + socket));
    try (var first = org.newsclub.net.unix.AFUNIXDatagramSocket.newInstance();
        var second = org.newsclub.net.unix.AFUNIXDatagramSocket.newInstance();
        var third = org.newsclub.net.unix.AFUNIXDatagramSocket.newInstance()) {
      first.bind(address);
      try (LogSink sink = new SyslogWriter().open(target)) {
        sink.write(lines("1\n"));
        assertEquals("1", next(first));
        first.close();
        Files.deleteIfExists(socket);
        second.bind(address);
        // A daemon that was started anew meanwhile is no failure at all.
        sink.write(lines("2\n"));
        assertEquals("2", next(second));
        second.close();
        Files.deleteIfExists(socket);
        ByteBuffer rest = lines("3\n4\n");
        for (int i = 0; i < 2; i++) {
          java.io.IOException e = assertThrows(java.io.IOException.class, () -> sink.write(rest));
          assertEquals("syslog.address: " + socket + " does not exist", e.getMessage());
        }
        assertEquals(0, rest.position());
        third.bind(address);
        sink.write(rest);
        assertEquals("3", next(third));
        assertEquals("4", next(third));
      }
    }
  }

  @Test
  void aSyslogStreamThatEndsAndComesBack() throws Exception {
    Path socket = folder.resolve("s");
    LogTarget target = new LogTarget("t", folder, "", Map.of("syslog.address", "unix:" + socket));
    ServerSocketChannel daemon = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    daemon.bind(UnixDomainSocketAddress.of(socket));
    try (LogSink sink = new SyslogWriter().open(target)) {
      SocketChannel peer = daemon.accept();
      peer.close();
      daemon.close();
      Files.delete(socket);
      daemon = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      daemon.bind(UnixDomainSocketAddress.of(socket));
      sink.write(lines("again\n"));
      try (SocketChannel other = daemon.accept()) {
        ByteBuffer got = ByteBuffer.allocate(2000);
        other.read(got);
        String text = new String(got.array(), 0, got.position(), StandardCharsets.US_ASCII);
        assertTrue(text.endsWith(" again"), text);
      }
    } finally {
      daemon.close();
    }
  }

  @Test
  void wrongSettingsOfSyslog() {
    for (String[] bad :
        new String[][] {
          {"syslog.address", "tcp:x:1"},
          {"syslog.address", "udp:127.0.0.1"},
          {"syslog.address", "udp:127.0.0.1:99999"},
          {"syslog.address", "udp:127.0.0.1:0"},
          {"syslog.address", "unix:"},
          {"syslog.facility", "local9"},
          {"syslog.severity", "loud"},
          {"syslog.tag", "two words"}
        }) {
      LogTarget target = new LogTarget("t", folder, "", Map.of(bad[0], bad[1]));
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> new SyslogWriter().check(target));
      assertTrue(e.getMessage().startsWith(bad[0] + ": "), e.getMessage());
    }
  }
}
