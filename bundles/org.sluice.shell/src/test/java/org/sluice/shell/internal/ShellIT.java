package org.sluice.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceRegistration;
import org.sluice.api.status.StatusSource;
import org.sluice.api.status.Table;
import org.sluice.shell.internal.LocalClient.Reply;
import org.sluice.testing.Await;

/** The packaged bundle in a real framework, over its socket. */
class ShellIT {
  @TempDir static Path base;
  private static TestFramework framework;
  private static Path socket;

  @BeforeAll
  static void start() throws BundleException, IOException {
    Path run = Files.createDirectories(base.resolve("run"));
    socket = run.resolve("shell.sock");
    // What a killed front leaves behind.
    Files.writeString(socket, "stale");
    framework = new TestFramework(base);
  }

  @AfterEach
  void reset() {
    framework.reset();
  }

  @AfterAll
  static void stop() throws IOException {
    framework.close();
    assertFalse(Files.exists(socket), "the socket is removed");
  }

  private Reply exec(String command) throws IOException {
    return LocalClient.exec(socket, command);
  }

  @Test
  void onlyTheOwnerMayConnect() throws IOException {
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
    try (Stream<Path> files = Files.list(socket.getParent())) {
      assertEquals(List.of(socket), files.toList());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"status", "sites", "routes", "plugins", "receivers", "handoffs", "sluice:status"})
  void printsTables(String command) throws IOException {
    String source = command.substring(command.indexOf(':') + 1);
    assertEquals(1, exec(command).status());
    framework.publish(source, "name", source);
    assertEquals(new Reply("NAME\n" + source + "\n", 0), exec(command));
    assertEquals(new Reply("[{\"name\":\"" + source + "\"}]\n", 0), exec(command + " --json"));
    assertTrue(exec(command + " --help").text().startsWith("usage: " + source + "\n\n"));
  }

  @Test
  void shortensUnlessWide() throws IOException {
    framework.publish("sites", "root", "/" + "x".repeat(200));
    Reply table = exec("sites");
    assertTrue(table.text().lines().allMatch(line -> line.length() <= 100), table.text());
    // In the middle: the end of a path says most.
    assertTrue(table.text().matches("(?s).*/x+…x+\\R"), table.text());
    assertTrue(exec("sites --wide").text().contains("x".repeat(200)));
  }

  @Test
  void passesArguments() throws IOException {
    framework.publish("explain", 0, ShellIT::echo);
    framework.publish("impact", 0, ShellIT::echo);
    framework.publish("echo", 0, ShellIT::echo);
    String url = "http://a.example:8080/x*?q=[1]&n=%41#f";
    assertEquals("ARGUMENTS\n" + url + "\n", exec("sluice:explain '" + url + "'").text());
    assertEquals("ARGUMENTS\nhttp://h/p?q=1\n", exec("explain http://h/p?q=1").text());
    assertEquals("ARGUMENTS\ndeploy/a.jar\n", exec("plugin impact deploy/a.jar").text());
    assertEquals(
        "[{\"arguments\":[\"deploy/a.jar\"]}]\n", exec("plugin impact --json deploy/a.jar").text());
    assertEquals("ARGUMENTS\na, b\n", exec("echo a b").text());
  }

  private static Table echo(List<String> arguments) {
    return new Table(List.of("arguments"), List.of(List.of(arguments)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "receivers|1|nothing tells about 'receivers' now: is the bundle org.sluice.fdpass started?",
        "plugin|1|usage: plugin impact JAR",
        "plugin impact|1|usage: plugin impact JAR",
        "explain|1|usage: explain 'http://a.example/path'",
        "status --jsn|1|unknown option --jsn; allowed: --json, --wide, --help",
        "status x|1|status takes no 'x'",
        "sites nosuch --json|1|sites takes no 'nosuch'",
        "receivers nosuch|1|receivers takes no 'nosuch'",
        "picky x|1|picky: no such thing: x",
        "broken|1|broken: the source failed: out of order",
        "nosuch|127|no such command: nosuch; try help",
        "sluice:nosuch|127|no such command: sluice:nosuch; try help",
        "help nosuch|1|no command of Sluice is called 'nosuch'",
      })
  void failsWithOneLine(String command, int status, String message) throws IOException {
    framework.publish(
        "picky",
        0,
        arguments -> {
          throw new IllegalArgumentException("no such thing: " + arguments.get(0));
        });
    framework.publish(
        "broken",
        0,
        arguments -> {
          throw new IllegalStateException("out of order");
        });
    assertEquals(new Reply(message + "\n", status), exec(command));
  }

  /** What was typed comes back in the message, and a terminal would obey it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "picky '\u001b[31m'|picky: no such thing: \\x1b[31m",
        "status '--\u001b'|unknown option --\\x1b; allowed: --json, --wide, --help",
        "help '\u001b'|no command of Sluice is called '\\x1b'",
      })
  void messagesArePrintable(String command, String message) throws IOException {
    framework.publish(
        "picky",
        0,
        arguments -> {
          throw new IllegalArgumentException("no such thing: " + arguments.get(0));
        });
    assertEquals(message + "\n", exec(command).text());
  }

  @Test
  void sourceOfAnyBundleIsACommand() throws IOException {
    assertEquals(127, exec("leases").status());
    ServiceRegistration<StatusSource> low = framework.publish("leases", "open", 1L);
    assertEquals("OPEN\n   1\n", exec("leases").text());
    ServiceRegistration<StatusSource> high =
        framework.publish("leases", 1000, a -> new Table(List.of("open"), List.of(List.of(2L))));
    assertEquals("[{\"open\":2}]\n", exec("leases --json").text());
    high.setProperties(TestFramework.properties("leases", -1));
    assertEquals("[{\"open\":1}]\n", exec("leases --json").text());
    low.setProperties(TestFramework.properties("other", 0));
    assertEquals("[{\"open\":2}]\n", exec("leases --json").text());
    assertEquals("[{\"open\":1}]\n", exec("other --json").text());
    assertTrue(exec("help").text().contains("\nleases  "));
    assertTrue(exec("help leases").text().startsWith("usage: leases "));
    high.unregister();
    assertEquals(127, exec("leases").status());
    assertEquals(0, exec("other").status());
  }

  @Test
  void gogoKnowsTheDescriptors() throws IOException {
    String help = exec("felix:help sluice:explain").text();
    assertTrue(help.contains("how a URL is served"), help);
    assertTrue(help.contains("--json"), help);
    String all = exec("help").text();
    assertTrue(all.contains("\nplugin impact JAR  what an installation of JAR would"), all);
    assertTrue(all.lines().allMatch(line -> line.length() <= 100), all);
    assertTrue(exec("help explain").text().startsWith("usage: explain URL\n"));
  }

  @Test
  void interactive() throws IOException {
    framework.publish("status", "state", "ok");
    framework.publish("echo", 0, ShellIT::echo);
    try (LocalClient client = new LocalClient(socket)) {
      client.send("interactive\n").readUntil("sluice> ");
      assertEquals("STATE\nok\nsluice> ", client.send("status\n").readUntil("> "));
      assertEquals(
          "no such command: typo; try help\nsluice> ", client.send("typo\r\n").readUntil("> "));
      assertEquals("sluice> ", client.send("x = 7\n").readUntil("> ").replace("7\n", ""));
      assertEquals("ARGUMENTS\n7\nsluice> ", client.send("echo $x\n").readUntil("> "));
      assertEquals(new Reply("", 0), client.send("exit\nstatus\nstatus\n").reply());
    }
    try (LocalClient client = new LocalClient(socket)) {
      Reply reply = client.send("interactive\nstatus").halfClose().reply();
      assertTrue(reply.text().endsWith("STATE\nok\nsluice> "), reply.text());
      assertEquals(0, reply.status());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "hello,2",
    "exec,2",
    "'exec ',0",
    "exec #nothing,0",
    "exec exit,0",
    "GET / HTTP/1.1,2"
  })
  void firstLines(String line, int status) throws IOException {
    try (LocalClient client = new LocalClient(socket)) {
      assertEquals(status, client.send(line + "\n").reply().status());
    }
    try (LocalClient client = new LocalClient(socket)) {
      assertEquals(-1, client.halfClose().reply().status());
    }
    try (LocalClient client = new LocalClient(socket)) {
      assertEquals(-1, client.send("x".repeat(70_000)).halfClose().reply().status());
    } catch (IOException e) {
      // Closed while the client still sent.
    }
    assertEquals(0, exec("help").status());
  }

  @Test
  void clientsAreBounded() throws IOException {
    framework.publish("status", "state", "ok");
    List<LocalClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < ShellServer.CLIENTS; i++) {
        LocalClient client = new LocalClient(socket);
        clients.add(client);
        client.send("interactive\n").readUntil("sluice> ");
      }
      Reply refused = exec("status");
      assertEquals(1, refused.status());
      assertEquals("the shell has 8 clients already; try again later\n", refused.text());
      clients.remove(0).close();
      Await.until(() -> exec("status").status() == 0, "a place is free");
      // The idle ones still answer.
      assertEquals("STATE\nok\nsluice> ", clients.get(0).send("status\n").readUntil("> "));
    } finally {
      for (LocalClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void clientsWorkAtTheSameTime() throws IOException {
    CountDownLatch together = new CountDownLatch(ShellServer.CLIENTS);
    framework.publish(
        "count",
        0,
        arguments -> {
          together.countDown();
          try {
            together.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return new Table(List.of("n"), List.of(List.of(arguments.get(0))));
        });
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    for (int i = 0; i < ShellServer.CLIENTS; i++) {
      int n = i;
      CompletableFuture<Reply> reply = new CompletableFuture<>();
      replies.add(reply);
      Thread thread =
          new Thread(
              () -> {
                try {
                  reply.complete(exec("count " + n));
                } catch (IOException e) {
                  reply.completeExceptionally(e);
                }
              });
      thread.start();
    }
    for (int i = 0; i < replies.size(); i++) {
      assertEquals(new Reply("N\n" + i + "\n", 0), Await.completed(replies.get(i)));
    }
  }

  /** A command that writes until it is stopped. */
  public static final class Endless {
    private final AtomicInteger lines = new AtomicInteger();
    private final AtomicBoolean interrupted = new AtomicBoolean();

    /** Called by Gogo. */
    public void endless() {
      while (!Thread.interrupted()) {
        System.out.println("line " + lines.incrementAndGet() + " \0");
      }
      interrupted.set(true);
    }
  }

  @Test
  void clientThatLeavesStopsItsCommand() throws IOException {
    Endless endless = new Endless();
    framework.command("test", "endless", endless);
    try (LocalClient client = new LocalClient(socket)) {
      assertTrue(client.send("exec endless\n").readUntil("line 3").contains("line 2 \n"));
    }
    Await.until(endless.interrupted::get, "the command is stopped");
    assertEquals(0, exec("help").status());
  }

  /** A command that returns what it was told to. */
  public static final class Found {
    /** Called by Gogo. */
    public boolean found(boolean answer) {
      return answer;
    }
  }

  @Test
  void truthIsAStatus() throws IOException {
    framework.command("test", "found", new Found());
    assertEquals(new Reply("", 0), exec("found true"));
    assertEquals(new Reply("", 1), exec("found false"));
  }

  /** Commands that change the shell's own bundle. */
  public static final class Own {
    /** Called by Gogo. */
    public String renew() throws BundleException {
      framework.shell().update();
      return "renewed";
    }

    /** Called by Gogo. */
    public String halt() throws BundleException {
      framework.shell().stop();
      return "halted";
    }
  }

  @Test
  void shellCanUpdateItself() throws IOException, BundleException {
    framework.command("test", "renew", new Own());
    framework.command("test", "halt", new Own());
    long before = framework.shell().getLastModified();
    assertEquals(new Reply("renewed\n", 0), exec("renew"));
    assertTrue(framework.shell().getLastModified() > before, "it was updated");
    assertEquals(0, exec("help").status());
    try (LocalClient client = new LocalClient(socket)) {
      client.send("interactive\n").readUntil("> ");
      assertEquals(new Reply("halted\n", 0), client.send("halt\nhelp\n").reply());
    }
    assertFalse(Files.exists(socket), "it has stopped");
    framework.shell().start();
  }

  /** It takes the socket's path; when it goes, the one that stays has none. */
  @Test
  void aNewerShellThatGoesGivesTheSocketBack() throws IOException, BundleException {
    framework.publish("status", "state", "ok");
    Object before = Files.getAttribute(socket, "unix:ino");
    Bundle newer = framework.newerShell();
    newer.start();
    Await.until(() -> !before.equals(Files.getAttribute(socket, "unix:ino")), "it has the path");
    assertEquals(new Reply("STATE\nok\n", 0), exec("status"));

    newer.uninstall();

    Await.until(() -> Files.exists(socket), "the one that stays listens again");
    assertEquals(new Reply("STATE\nok\n", 0), exec("status"));
    onlyTheOwnerMayConnect();
  }

  @Test
  void stopEndsClientsAndStartServesAgain() throws IOException, BundleException {
    try (LocalClient silent = new LocalClient(socket);
        LocalClient waiting = new LocalClient(socket)) {
      waiting.send("interactive\n").readUntil("> ");
      framework.shell().stop();
      assertEquals(-1, waiting.reply().status());
      assertEquals(-1, silent.reply().status());
      assertFalse(Files.exists(socket));
    }
    framework.shell().start();
    assertEquals(0, exec("help").status());
    Files.delete(socket);
    Files.writeString(socket, "of another front");
    framework.shell().stop();
    assertTrue(Files.exists(socket), "a foreign file is left alone");
    framework.shell().start();
    assertEquals(0, exec("help").status());
  }
}
