package org.sluice.cgi.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.testing.Await;
import org.sluice.testing.MemoryExchange;

/** What a program inherits, and that nothing of it is left. */
class ProcessCareTest {
  @TempDir Path folder;
  private Stage stage;

  @BeforeEach
  void open() throws IOException {
    stage = new Stage(folder.toRealPath());
  }

  @AfterEach
  void close() {
    stage.awaitNothing();
    stage.close();
  }

  /** T12: the program itself lists its descriptors. */
  @Test
  void noDescriptorIsInherited() throws Exception {
    stage.c(
        "fds",
        "#include <stdio.h>",
        "#include <fcntl.h>",
        "int main(void){puts(\"\");for(int i=0;i<4096;i++)if(fcntl(i,F_GETFD)>=0)printf(\"%d"
            + " \",i);return 0;}");
    assertEquals("0 1 2 ", stage.run("/cgi-bin/fds").bodyText());
    assertEquals("0 1 2 ", stage.run(stage.of("POST", "/cgi-bin/fds").body("x")).bodyText());
  }

  /** Group, signal state, environment as the program sees them. */
  @Test
  void groupSignalsEnvironment() throws Exception {
    stage.c(
        "self",
        "#define _GNU_SOURCE",
        "#include <stdio.h>",
        "#include <signal.h>",
        "#include <unistd.h>",
        "extern char **environ;",
        "int main(void){sigset_t s;int bad=0,n=0;sigprocmask(0,0,&s);puts(\"\");",
        "for(int i=1;i<65;i++){struct sigaction a;if(sigismember(&s,i)==1)bad++;",
        "if(sigaction(i,0,&a)==0&&a.sa_handler!=SIG_DFL)bad++;}",
        "for(char**e=environ;*e;e++)n++;",
        "printf(\"%d %d %d\",getpgid(0)==getpid(),bad,n);return 0;}");
    String[] seen = stage.run("/cgi-bin/self").bodyText().split(" ", -1);
    assertEquals("1", seen[0], "leader of its own group");
    assertEquals("0", seen[1], "signals blocked or ignored");
    int expected = System.getenv("TZ") == null ? 21 : 22;
    assertEquals(expected, Integer.parseInt(seen[2]), "variables, and none of the JVM's");
  }

  /** T6: nothing is ever given to a shell. */
  @Test
  void namesAreNoCommands() throws IOException {
    stage.sh("a;touch pwned;.sh", "echo", "echo ok");
    assertEquals("ok\n", stage.run("/cgi-bin/a;touch%20pwned;.sh").bodyText());
    assertTrue(Files.notExists(stage.folder.resolve("pwned")));
  }

  private static long pid(Path file) {
    Await.until(
        Stage.LIMIT,
        () -> Files.exists(file) && Files.readString(file).endsWith("\n"),
        "a pid in " + file);
    try {
      return Long.parseLong(Files.readString(file).strip());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void awaitGone(long... pids) {
    for (long pid : pids) {
      Await.until(
          Stage.LIMIT, () -> !Stage.isThere(pid), "process " + pid + " is gone, not even a zombie");
    }
  }

  /** Who leaves takes the program with him, children and stubborn ones too. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "'sleep 61'",
    "'sleep 61 & echo $! > child ; wait'",
    "'trap \"\" TERM ; while : ; do sleep 0.05 ; done'",
    "'yes'",
    "'yes >&2'",
  })
  void clientLeaves(String program) throws IOException {
    stage.with("cgi.kill-after", "150ms");
    Path self = stage.folder.resolve("self");
    Path child = stage.folder.resolve("child");
    String[] lines =
        ("cd " + stage.folder + " ; echo $$ > self ; echo ; echo begun ; " + program).split(" ; ");
    stage.sh("x.sh", lines);
    MemoryExchange exchange = stage.begin(stage.get("/cgi-bin/x.sh"));
    Await.until(
        Stage.LIMIT,
        () -> exchange.response() != null && exchange.bodyBytes().length > 0,
        "a start");
    long pid = pid(self);
    long other = program.contains("child") ? pid(child) : pid;
    exchange.clientLeaves();
    awaitGone(pid, other);
  }

  @Test
  void clientLeavesBeforeTheHead() throws IOException {
    Path self = stage.folder.resolve("self");
    stage.sh("x.sh", "echo $$ > " + self, "sleep 61");
    MemoryExchange exchange = stage.begin(stage.get("/cgi-bin/x.sh"));
    long pid = pid(self);
    exchange.clientLeaves();
    awaitGone(pid);
  }

  /** Children that outlive the program, with and without its output. */
  @Test
  void childrenDoNotOutliveTheRequest() throws IOException {
    stage.with("cgi.kill-after", "150ms");
    Path child = stage.folder.resolve("child");
    stage.sh("x.sh", "sleep 61 >/dev/null 2>&1 &", "echo $! > " + child, "echo", "echo done");
    assertEquals("done\n", stage.run("/cgi-bin/x.sh").bodyText());
    awaitGone(pid(child));
    stage.sh(
        "y.sh",
        "sh -c 'trap \"\" TERM; exec sleep 61' 2>/dev/null >/dev/null &",
        "echo $! > " + child + ".2",
        "echo",
        "echo done");
    assertEquals("done\n", stage.run("/cgi-bin/y.sh").bodyText());
    awaitGone(pid(stage.folder.resolve("child.2")));
  }

  /** The response ends when its output does, whoever holds it. */
  @Test
  void childHoldsTheOutput() throws IOException {
    Path go = stage.folder.resolve("go");
    stage.sh(
        "x.sh",
        "(while [ ! -e " + go + " ]; do sleep 0.02; done; echo late) &",
        "echo",
        "echo early");
    MemoryExchange exchange = stage.begin(stage.get("/cgi-bin/x.sh"));
    Await.until(
        Stage.LIMIT,
        () -> exchange.response() != null && exchange.bodyText().equals("early\n"),
        "a start");
    Files.createFile(go);
    Await.until(Stage.LIMIT, () -> exchange.outcome() != null, "the end");
    assertEquals("early\nlate\n", exchange.bodyText());
  }

  @Test
  void closesItsOutputAndLivesOn() throws IOException {
    stage.with("cgi.kill-after", "200ms");
    Path self = stage.folder.resolve("self");
    stage.sh("x.sh", "echo $$ > " + self, "echo", "echo done", "exec >&-", "sleep 61");
    assertEquals("done\n", stage.run("/cgi-bin/x.sh").bodyText());
    awaitGone(pid(self));
  }

  @Test
  void floodOfErrors() throws IOException {
    stage.sh("x.sh", "head -c 3000000 /dev/zero | tr '\\0' '\\n' >&2", "echo", "echo done");
    assertEquals("done\n", stage.run("/cgi-bin/x.sh").bodyText());
  }

  /** Nobody reads the body of a HEAD; its program must not have the loop for itself. */
  @ParameterizedTest
  @ValueSource(strings = {"exec yes", "exec yes >&2"})
  void endlessProgramLeavesTheLoopToOthers(String program) throws IOException {
    stage.with("cgi.lifetime", "1s").with("cgi.kill-after", "100ms");
    stage.sh("endless.sh", "echo X-A: b", "echo", program);
    stage.sh("x.sh", "echo", "echo done");
    MemoryExchange endless = stage.begin(stage.of("HEAD", "/cgi-bin/endless.sh"));
    Await.until(Stage.LIMIT, () -> endless.outcome() != null, "the head is there");
    assertEquals(200, endless.status());
    assertEquals("done\n", stage.run("/cgi-bin/x.sh").bodyText());
    assertEquals(1, stage.state.programs().running(), "the endless one runs still");
  }

  /** The bundle leaves before a stubborn program ends: no pipe of it is left either. */
  @Test
  void bundleLeaves() throws IOException {
    stage.with("cgi.kill-after", "5m");
    Path self = stage.folder.resolve("self");
    stage.sh("x.sh", "trap '' TERM", "echo", "echo $$ > " + self, "while :; do sleep 0.05; done");
    long before = pipes();
    MemoryExchange exchange = stage.begin(stage.get("/cgi-bin/x.sh"));
    long pid = pid(self);
    assertEquals(before + 2, pipes(), "output and standard error");
    exchange.abort("the client has left");
    stage.state.programs().close();
    assertEquals(before, pipes());
    awaitGone(pid);
  }

  private static long pipes() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(ProcessCareTest::isPipe).count();
    }
  }

  private static boolean isPipe(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("pipe:");
    } catch (IOException e) {
      return false; // That of the list itself.
    }
  }

  @Test
  void limitsAndPriority() throws IOException {
    Stage.need("prlimit");
    stage.with("cgi.limit.files", "77").with("cgi.limit.cpu", "5s").with("cgi.nice", "7");
    stage.sh("x.sh", "echo", "ulimit -n", "ulimit -t", "nice");
    // What nice adds to is the server's own niceness.
    int niceness = Math.min(19, niceness() + 7);
    assertEquals("77\n5\n" + niceness + "\n", stage.run("/cgi-bin/x.sh").bodyText());
    stage.sh("busy.sh", "echo", "echo begun", "while :; do :; done");
    stage.with("cgi.limit.cpu", "1s");
    MemoryExchange exchange = stage.run("/cgi-bin/busy.sh");
    assertEquals("begun\n", exchange.bodyText());
  }

  private static int niceness() throws IOException {
    // proc(5): the 19th field, 17th after the name in parentheses.
    String stat = Files.readString(Path.of("/proc/self/stat"));
    return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16]);
  }

  @Test
  void runAs() throws IOException {
    Path wrapper =
        stage.script("wrapper", "#!/bin/sh\nWRAPPED=$1 export WRAPPED\nshift\nexec \"$@\"\n");
    stage.with("cgi.run-as", wrapper + " someone");
    stage.sh("x.sh", "echo", "echo $WRAPPED");
    assertEquals("someone\n", stage.run("/cgi-bin/x.sh").bodyText());
  }

  /** Many at once with clients that leave: nothing is left. */
  @Test
  void nothingIsLeftAfterMany() throws Exception {
    stage.with("cgi.kill-after", "100ms").with("cgi.max-processes", "16").with("cgi.queue", "1000");
    stage.sh("x.sh", "echo", "echo a", "echo b");
    stage.run("/cgi-bin/x.sh");
    stage.awaitNothing();
    int before = org.sluice.testing.Descriptors.own().size();
    java.util.List<MemoryExchange> all = new java.util.ArrayList<>();
    for (int i = 0; i < 200; i++) {
      MemoryExchange exchange = stage.begin(stage.get("/cgi-bin/x.sh"));
      all.add(exchange);
      if (i % 3 == 0) {
        exchange.clientLeaves();
      }
    }
    for (MemoryExchange exchange : all) {
      Await.until(Stage.LIMIT, () -> exchange.outcome() != null, "every exchange ends");
    }
    stage.awaitNothing();
    Await.until(
        Stage.LIMIT,
        () -> org.sluice.testing.Descriptors.own().size() <= before,
        "no descriptor is left");
    Await.until(
        Stage.LIMIT, () -> ProcessHandle.current().children().count() == 0, "no child is left");
  }
}
