package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.testing.Await;
import org.sluice.testing.Processes;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RawResponse;
import org.sluice.testing.RunningProcess;

/** The commands of {@code bin/sluice} around a front that really serves. */
class LauncherIT {

  private static Base base(String name) throws IOException {
    return Base.withSite("launcher-" + name).fixed("fixed", "/fixed", "fixed");
  }

  private static Distribution.Result sluice(Base base, String command) throws IOException {
    return Distribution.run(command, "--base", base.path().toString());
  }

  @Test
  void startStatusStop() throws Exception {
    Base base = base("start");
    assertEquals(3, sluice(base, "status").status());
    Distribution.Result started = sluice(base, "start");
    try {
      assertEquals(0, started.status(), started.text());
      Matcher ready =
          Pattern.compile("ready (http://127\\.0\\.0\\.1:[0-9]+)").matcher(started.text());
      assertTrue(ready.find(), started.text());
      try (RawHttpClient client = RawHttpClient.connect(URI.create(ready.group(1)).getPort())) {
        assertEquals("fixed", client.get("/fixed").readResponse().text());
      }
      Distribution.Result status = sluice(base, "status");
      assertEquals(0, status.status(), status.text());
      assertTrue(status.text().contains(ready.group(1)), status.text());
    } finally {
      Distribution.Result stopped = sluice(base, "stop");
      assertEquals(0, stopped.status(), stopped.text());
    }
    assertEquals(3, sluice(base, "status").status());
    assertEquals(0, sluice(base, "stop").status());
  }

  @Test
  void aBaseHasOneFront() throws Exception {
    Base base = base("lock");
    try (Front front = Front.start(base)) {
      Distribution.Result second = sluice(base, "run");
      assertEquals(1, second.status(), second.text());
      assertTrue(second.text().contains(Long.toString(front.pid())), second.text());
      assertEquals(200, front.get("/fixed").status());
      front.process().kill();
      try (Front next = Front.start(base)) {
        assertEquals(200, next.get("/fixed").status());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"etc", "deploy"})
  void foldersThatEverybodyMayWriteToAreRefused(String folder) throws Exception {
    Base base = base("open-" + folder);
    Files.setPosixFilePermissions(base.path(folder), PosixFilePermissions.fromString("rwxrwxrwx"));
    for (String command : new String[] {"run", "start", "check"}) {
      Distribution.Result result = sluice(base, command);
      assertEquals(1, result.status(), result.text());
      assertTrue(result.text().contains(folder), result.text());
      assertTrue(result.text().contains("writable"), result.text());
    }
  }

  @Test
  void aPortInUseNamesFileAndKey() throws Exception {
    Base base = base("port");
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      base.site("main", "listen=127.0.0.1:" + taken.getLocalPort());
      for (String command : new String[] {"run", "start"}) {
        Distribution.Result result = sluice(base, command);
        assertEquals(1, result.status(), result.text());
        assertTrue(result.text().contains("etc/org.sluice.site~main.cfg"), result.text());
        assertTrue(
            result.text().contains("listen=127.0.0.1:" + taken.getLocalPort()), result.text());
      }
      assertEquals(3, sluice(base, "status").status());
    }
  }

  @Test
  void sigtermLetsResponsesEnd() throws Exception {
    Base base = base("drain").route("slow", "path=/slow", "target=slow:run/go");
    base.deploy("page.jar", Distribution.plugin("page"));
    try (Front front = Front.start(base);
        RawHttpClient idle = front.connect();
        RawHttpClient slow = front.connect()) {
      idle.get("/fixed").readResponse();
      assertTrue(slow.get("/slow").readHead().startsWith("HTTP/1.1 200 "));

      front.process().signal("TERM");

      assertEquals(RawHttpClient.End.EOF, idle.awaitEnd());
      assertTrue(front.process().alive(), front::toString);
      Files.createFile(base.path("run/go"));
      String rest = new String(slow.readToEnd(), StandardCharsets.ISO_8859_1);
      assertTrue(rest.contains("begin\n"), rest);
      assertTrue(rest.contains("end\n"), rest);
      assertTrue(rest.endsWith("0\r\n\r\n"), rest);
      assertEquals(0, front.process().awaitExit(Front.LIMIT), front::toString);
    }
  }

  @Test
  void nothingIsLeftInTheBaseButItsOwn() throws Exception {
    Base base = base("folders");
    try (Front front = Front.start(base)) {
      assertEquals(200, front.get("/fixed").status());
      assertEquals(0, front.stop());
    }
    try (Stream<Path> files = Files.list(base.path())) {
      List<String> names = files.map(each -> each.getFileName().toString()).sorted().toList();
      assertEquals(List.of("deploy", "etc", "log", "new", "run"), names);
    }
    assertFalse(Files.exists(base.path("run/shell.sock")));
  }

  /** What is missing is waited for, but not for ever. */
  @Test
  void listenersOpenWithoutASchemeThatDoesNotCome() throws Exception {
    Base base =
        base("wait")
            .route("later", "path=/later", "target=never:x")
            .file("etc/org.sluice.core.cfg", "start.wait=300ms");
    try (Front front = Front.start(base)) {
      assertEquals(200, front.get("/fixed").status());
      assertEquals(503, front.get("/later").status());
      assertEquals(1, front.complaints("starting without [scheme never]").size(), front::toString);
    }
  }

  /** umask 077: what the front writes is its user's alone. */
  @Test
  void whatItWritesIsForItsUserOnly() throws Exception {
    Base base = base("umask");
    base.file("etc/org.sluice.accesslog~all.cfg", "file=log/access.log");
    try (Front front = Front.start(base)) {
      assertEquals(200, front.get("/fixed").status());
      Await.until(() -> Files.exists(base.path("log/access.log")), "the log is there");
      for (String folder : new String[] {"log", "cache"}) {
        try (Stream<Path> files = Files.walk(base.path(folder))) {
          List<Path> open = files.filter(LauncherIT::isForOthers).toList();
          assertEquals(List.of(), open);
        }
      }
      assertFalse(isForOthers(base.path("run/shell.sock")));
    }
  }

  private static boolean isForOthers(Path file) {
    try {
      return !PosixFilePermissions.toString(Files.getPosixFilePermissions(file)).endsWith("------");
    } catch (IOException e) {
      return false; // gone again
    }
  }

  /** The main job, from a distribution that was copied somewhere else. */
  @Test
  void theDemoAnswersByAnotherProcess() throws Exception {
    Path home = Path.of("target", "copied distribution").toAbsolutePath();
    Base.delete(home);
    copy(Distribution.HOME, home);
    try (Processes processes = Distribution.processes()) {
      RunningProcess demo =
          processes.start(Distribution.command(home, "demo", "--listen", "127.0.0.1:0"));
      Matcher receiver = demo.awaitLine("receiver: process ([0-9]+)", Front.LIMIT);
      String url = demo.awaitLine("^ready (http://[^ ]+) in", Front.LIMIT).group(1);
      demo.awaitLine("curl .*" + Pattern.quote(url), Await.LIMIT);
      try (RawHttpClient client =
          RawHttpClient.connect(URI.create(url).getPort()).limit(Duration.ofSeconds(20))) {
        RawResponse answer = client.get("/hello/").readResponse();
        assertEquals(200, answer.status(), answer::rawText);
        assertEquals("Sluice", answer.header("Server"));
        assertTrue(answer.text().contains("process " + receiver.group(1)), answer::rawText);
        assertNotEquals(demo.pid(), Long.parseLong(receiver.group(1)));
      }
      demo.signal("TERM");
      assertEquals(0, demo.awaitExit(Front.LIMIT), demo::toString);
      long pid = Long.parseLong(receiver.group(1));
      Await.until(
          () -> ProcessHandle.of(pid).map(p -> !p.isAlive()).orElse(true), "the receiver ends");
    }
    Base.delete(home);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        Path relative = from.relativize(each);
        if (!relative.startsWith("demo") && !relative.startsWith("cache")) {
          Files.copy(each, to.resolve(relative), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }
}
