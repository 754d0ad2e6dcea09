package org.sluice.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.testing.Await;

/** {@code bin/sluice} as a process, with a stand-in for core. */
class LauncherIT {
  private static final Pattern READY =
      Pattern.compile("ready http://127\\.0\\.0\\.1:1 in [0-9]+ ms");

  @TempDir static Path shared;
  @TempDir Path folder;

  private static TestHome home;
  private Path base;

  @BeforeAll
  static void unpack() throws IOException {
    home = new TestHome(shared);
  }

  @BeforeEach
  void nameBase() {
    base = folder.resolve("base");
  }

  /** A base with what the stand-in is to do. */
  private void base(String... stub) throws IOException {
    Files.createDirectories(base.resolve("etc"));
    Files.copy(home.home.resolve("etc/logging.properties"), base.resolve("etc/logging.properties"));
    Files.write(base.resolve("etc/stub.properties"), List.of(stub));
  }

  private TestHome.Result sluice(String command, String... rest) throws Exception {
    return home.sluice(
        Stream.concat(Stream.of(command, "--base", base.toString()), Stream.of(rest))
            .toArray(String[]::new));
  }

  @Test
  void runMakesTheBaseTellsReadyAndEndsInOrderOnSigterm() throws Exception {
    Process run = home.start("run", "--base", base.toString());
    BufferedReader out = run.inputReader(StandardCharsets.UTF_8);
    String ready = out.readLine();
    try {
      assertTrue(ready != null && READY.matcher(ready).matches(), ready);
      for (String made :
          new String[] {
            "etc/jvm.options", "etc/logging.properties", "deploy", "run", "log", "cache"
          }) {
        assertTrue(Files.exists(base.resolve(made)), made);
      }
      assertEquals(
          "rwx------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(base.resolve("run"))));
      assertTrue(Files.exists(base.resolve("run/mode-run")));
      assertFalse(Files.exists(base.resolve("run/drained")));
    } finally {
      run.toHandle().destroy();
    }
    assertEquals(0, TestHome.finish(run).status());
    assertTrue(Files.exists(base.resolve("run/drained")));
    assertTrue(Files.exists(base.resolve("run/stopped")));
  }

  /** As "./sluice" does after it has built: the time is that of the start, not of the process. */
  @Test
  void readyCountsFromTheScriptOn() throws Exception {
    long began = System.nanoTime();
    ProcessBuilder builder = home.builder("run", "--base", base.toString());
    builder.command().addAll(0, List.of("sh", "-c", "sleep 2; exec \"$@\"", "sh"));
    Process run = builder.start();
    try {
      String ready = run.inputReader(StandardCharsets.UTF_8).readLine();
      long all = (System.nanoTime() - began) / 1_000_000;
      long told = Long.parseLong(ready.replaceFirst(".* in ([0-9]+) ms$", "$1"));
      assertTrue(told <= all - 1_900, ready + ", after " + all + " ms in all");
    } finally {
      run.toHandle().destroy();
    }
    assertEquals(0, TestHome.finish(run).status());
  }

  @Test
  void startStatusStop() throws Exception {
    base("ready=http://127.0.0.1:7");
    TestHome.Result before = sluice("status");
    assertEquals(3, before.status());
    assertTrue(before.out().startsWith("not running"), before.out());

    TestHome.Result start = sluice("start");
    try {
      assertEquals(0, start.status(), start.err());
      assertTrue(start.out().startsWith("ready http://127.0.0.1:7, process "), start.out());
      TestHome.Result status = sluice("status");
      assertEquals(0, status.status());
      assertTrue(status.out().contains("listening http://127.0.0.1:7"), status.out());
      TestHome.Result second = sluice("run");
      assertEquals(1, second.status());
      String pid = start.out().trim().replaceAll(".*process ", "");
      assertTrue(second.err().contains("is in use by process " + pid), second.err());
    } finally {
      TestHome.Result stop = sluice("stop");
      assertEquals(0, stop.status(), stop.err());
    }
    assertEquals(3, sluice("status").status());
    assertEquals("not running\n", sluice("stop").out());
    assertTrue(Files.exists(base.resolve("run/drained")));
  }

  /** The addresses of the start were told for ever, also of a front that had lost its core. */
  @Test
  void statusFollowsTheListeners() throws Exception {
    base("ready=http://127.0.0.1:7", "shell=on");
    assertEquals(0, sluice("start").status());
    try {
      sluice("shell", "move", "http://127.0.0.1:8");
      assertTrue(sluice("status").out().endsWith("\nlistening http://127.0.0.1:8\n"));
      sluice("shell", "leave");
      TestHome.Result status = sluice("status");
      assertTrue(status.out().startsWith("running, but nothing listens, process "), status.out());
      assertFalse(status.out().contains("http://"), status.out());
      String log = Files.readString(base.resolve("log/sluice.log"));
      assertTrue(log.contains("ERROR org.sluice.launcher nothing listens any more"), log);
      sluice("shell", "return");
      assertTrue(sluice("status").out().endsWith("\nlistening http://127.0.0.1:7\n"));
    } finally {
      assertEquals(0, sluice("stop").status());
    }
    String log = Files.readString(base.resolve("log/sluice.log"));
    assertEquals(1, log.split("nothing listens").length - 1, log);
  }

  /** As in a container whose first process waits for nobody. */
  @Test
  void aFrontThatHasEndedIsNotWaitedForUntilItsParentAsks() throws Exception {
    base();
    ProcessBuilder builder = home.builder("run", "--base", base.toString());
    builder.command().addAll(0, List.of("sh", "-c", "\"$@\" & exec sleep 1000", "sh"));
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Process parent = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try {
      Await.until(() -> sluice("status").out().contains("listening"), "it is ready");
      TestHome.Result stop = sluice("stop", "--timeout", "10");
      assertEquals(0, stop.status(), stop.err());
      assertTrue(stop.out().startsWith("stopped, process "), stop.out());
    } finally {
      parent.destroyForcibly();
    }
  }

  /** It kept the front from being ready, and after a minute ended it. */
  @Test
  void aBundleThatHangsInItsStartIsNamedAndLeftBehind() throws Exception {
    base("ready=http://127.0.0.1:7");
    Path jar = Files.createDirectories(base.resolve("deploy")).resolve("hanging.jar");
    TestHome.bundle(jar, "hanging", HangingActivator.class, "org.osgi.framework");
    TestHome.Result start = sluice("start");
    try {
      assertEquals(0, start.status(), start.err());
      assertTrue(start.out().startsWith("ready http://127.0.0.1:7, process "), start.out());
      Await.until(
          () ->
              Files.readString(base.resolve("log/sluice.out"))
                  .contains("hanging.jar) has not finished its start"),
          "the bundle is named");
    } finally {
      assertEquals(0, sluice("stop").status());
    }
  }

  @Test
  void aStartThatFailsSaysWhy() throws Exception {
    base("fail=etc/org.sluice.site~a.cfg: listen=127.0.0.1:80: address already in use");
    for (String command : new String[] {"run", "start"}) {
      TestHome.Result result = sluice(command);
      assertEquals(1, result.status());
      assertTrue(
          result
                  .err()
                  .contains(
                      "sluice: etc/org.sluice.site~a.cfg: listen=127.0.0.1:80: address already in"
                          + " use")
              || result.err().contains("did not start, status 1"),
          result.err());
      assertTrue(result.err().contains("address already in use"), result.err());
    }
    assertEquals(3, sluice("status").status());
  }

  /**
   * The JVM crashes on a damaged archive. One that is none at all it passes over, so that the
   * script's part can be seen alone: whether the JVM was given the archive is in its command line.
   */
  @ParameterizedTest
  @CsvSource({
    "whole, , used, ready",
    "whole, ready, used, ready",
    "whole, began, used, ready",
    "whole, checked, did not get ready, checked",
    "damaged, ready, used, ready",
    "damaged, began, is not as sluice optimize wrote it, began",
    "damaged later, ready, is not as sluice optimize wrote it, ready",
    "copied, , used, ready",
    "without sum, , is not as sluice optimize wrote it, "
  })
  void anArchiveInDoubtIsCheckedBeforeItsUse(
      String archive, String state, String expected, String after) throws Exception {
    base();
    Path cache = Files.createDirectories(base.resolve("cache"));
    String name = Runtime.version().feature() < 25 ? "sluice.jsa" : "sluice.aot";
    Path file = Files.writeString(cache.resolve(name), "123456789");
    Path sum = cache.resolve(name + ".sum");
    Files.writeString(sum, archive.startsWith("damaged") ? "930766865 10\n" : "930766865 9\n");
    Path mark = cache.resolve(name + ".state");
    if (state != null) {
      Files.writeString(mark, state + "\n");
    }
    FileTime before = FileTime.from(Instant.now().minusSeconds(60));
    FileTime later = FileTime.from(Instant.now().plusSeconds(60));
    Files.setLastModifiedTime(
        file, archive.endsWith("later") || archive.equals("copied") ? later : before);
    if (archive.equals("without sum")) {
      Files.delete(sum);
    }
    Process run = home.start("run", "--base", base.toString());
    try {
      String ready = run.inputReader(StandardCharsets.UTF_8).readLine();
      assertTrue(ready != null && READY.matcher(ready).matches(), ready);
      String line = Files.readString(Path.of("/proc/" + run.pid() + "/cmdline"));
      assertEquals(expected.equals("used"), line.contains("=" + file), line);
      if (after == null) {
        assertFalse(Files.exists(mark));
      } else {
        Await.until(() -> Files.exists(mark) && Files.readString(mark).equals(after + "\n"), after);
      }
    } finally {
      run.toHandle().destroy();
    }
    String said = TestHome.finish(run).err();
    String expectation =
        expected.equals("used") ? "" : "cache/" + name + " " + expected + "; it is";
    assertTrue(said.contains(expectation), said);
    assertEquals(!expected.equals("used"), said.contains("sluice optimize"), said);
  }

  /** A closed one would be the next file's, and get what is logged. */
  @Test
  void aFrontHasTheThreeStandardDescriptorsWhateverItWasGiven() throws Exception {
    base();
    ProcessBuilder builder = home.builder("run", "--base", base.toString());
    List<String> line = new ArrayList<>(List.of("sh", "-c", "exec \"$0\" \"$@\" <&- >&- 2>&-"));
    line.addAll(builder.command());
    Process run = builder.command(line).start();
    try {
      Await.until(() -> sluice("status").out().startsWith("running"), "it is ready");
      for (int descriptor = 0; descriptor < 3; descriptor++) {
        assertEquals(
            Path.of("/dev/null"),
            Files.readSymbolicLink(Path.of("/proc/" + run.pid() + "/fd/" + descriptor)));
      }
    } finally {
      run.toHandle().destroy();
    }
    assertEquals("", TestHome.finish(run).err());
  }

  /** As one that ssh brings along. */
  @Test
  void aLocaleThatIsNotThereTakesNoNameAway() throws Exception {
    Path named = base.resolveSibling("bäse");
    ProcessBuilder builder = home.builder("run", "--base", named.toString());
    builder.environment().put("LC_ALL", "xx_XX.UTF-8");
    Process run = builder.start();
    try {
      String ready = run.inputReader(StandardCharsets.UTF_8).readLine();
      assertTrue(ready != null && READY.matcher(ready).matches(), ready);
    } finally {
      run.toHandle().destroy();
    }
    TestHome.finish(run);
    assertTrue(Files.isDirectory(named.resolve("etc")), named::toString);
  }

  /** Somebody looks for the option, or for what the JVM understands. */
  @Test
  void anArchiveHasNoFaultInWrongWords() throws Exception {
    base();
    Path cache = Files.createDirectories(base.resolve("cache"));
    String name = Runtime.version().feature() < 25 ? "sluice.jsa" : "sluice.aot";
    Files.writeString(cache.resolve(name), "123456789");
    Files.writeString(cache.resolve(name + ".sum"), "930766865 9\n");
    Path mark = cache.resolve(name + ".state");
    for (String word : List.of("--help", "--prot", "--help")) {
      sluice("run", word);
      assertEquals("ready\n", Files.readString(mark), word);
    }

    Path options = base.resolve("etc/jvm.options");
    Files.writeString(options, "-XX:+NoSuchOption\n");
    // Later than the last start, whatever the clock of the file system counts.
    long changed = Files.getLastModifiedTime(mark).toMillis() + 1_000;
    Files.setLastModifiedTime(options, FileTime.fromMillis(changed));
    for (int i = 0; i < 4; i++) {
      TestHome.Result result = sluice("run");
      assertEquals(1, result.status());
      String named =
          "sluice: " + options.toRealPath() + ": the JVM takes no such options, and says why:\n";
      assertTrue(result.err().startsWith(named), result.err());
      assertTrue((result.out() + result.err()).contains("NoSuchOption"), result.err());
      assertEquals("ready\nbegan\n", Files.readString(mark));
    }
    Files.writeString(options, "-XX:+UseSerialGC\n");
    Process run = home.start("run", "--base", base.toString());
    try {
      String ready = run.inputReader(StandardCharsets.UTF_8).readLine();
      assertTrue(ready != null && READY.matcher(ready).matches(), ready);
      assertTrue(Files.readString(Path.of("/proc/" + run.pid() + "/cmdline")).contains(name));
      Await.until(() -> Files.readString(mark).equals("ready\n"), "it is whole");
    } finally {
      run.toHandle().destroy();
    }
    assertFalse(TestHome.finish(run).err().contains("sluice optimize"));
  }

  /** Or a power cut in the middle of a start. */
  @Test
  void aStartThatWasKilledLeavesItsWord() throws Exception {
    base("hang=yes");
    Path cache = Files.createDirectories(base.resolve("cache"));
    String name = Runtime.version().feature() < 25 ? "sluice.jsa" : "sluice.aot";
    Files.writeString(cache.resolve(name), "123456789");
    Files.writeString(cache.resolve(name + ".sum"), "930766865 9\n");
    Path mark = cache.resolve(name + ".state");
    for (String word : List.of("began", "began\nchecked")) {
      Process run = home.start("run", "--base", base.toString());
      Await.until(() -> Files.exists(base.resolve("run/mode-run")), "it has begun");
      run.destroyForcibly().waitFor();
      assertEquals(word + "\n", Files.readString(mark));
      Files.delete(base.resolve("run/mode-run"));
    }
    Process run = home.start("run", "--base", base.toString());
    Await.until(() -> Files.exists(base.resolve("run/mode-run")), "it has begun");
    run.toHandle().destroy();
    assertTrue(TestHome.finish(run).err().contains("did not get ready; it is not used"));
  }

  /** {@code sluice run /srv/front} would serve the distribution's own base instead. */
  @ParameterizedTest
  @CsvSource({
    "run /srv/front,sluice run takes no \"/srv/front\"",
    "stop now,sluice stop takes no \"now\"",
    "check /srv/front,sluice check takes no \"/srv/front\"",
    "optimize x,sluice optimize takes no \"x\"",
    "run --timeout 5,option --timeout is not one of sluice run",
    "stop --shell,option --shell is not one of sluice stop"
  })
  void wordsThatMeanNothingAreRefused(String words, String message) throws Exception {
    base();
    int blank = words.indexOf(' ');
    TestHome.Result result =
        sluice(words.substring(0, blank), words.substring(blank + 1).split(" "));
    assertEquals(2, result.status());
    assertTrue(result.err().contains(message + "; usage: sluice "), result.err());
  }

  /** Each deleted the other's trial, and the archive could get the other's checksum. */
  @Test
  void optimizeRunsOnceAtATime() throws Exception {
    base();
    Path trial = Files.createDirectories(base.resolve("cache/optimize"));
    Path lock = base.resolve("cache/optimize.lock");
    try (FileChannel channel =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.lock();
      TestHome.Result second = sluice("optimize");
      assertEquals(1, second.status(), second.out());
      assertEquals(
          "sluice: " + lock + ": another sluice optimize of this base is under way\n",
          second.err());
      assertTrue(Files.exists(trial));
    }
  }

  @Test
  void anEmptyBaseIsRefused() throws Exception {
    assertEquals(2, home.sluice("run", "--base", "").status());
    assertEquals(2, home.sluice("check", "--base=").status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"etc", "deploy", "run", "cache"})
  void foldersWritableByEveryoneAreRefused(String name) throws Exception {
    base();
    Path open = Files.createDirectories(base.resolve(name));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    for (String command : new String[] {"run", "check"}) {
      TestHome.Result result = sluice(command);
      assertEquals(1, result.status());
      assertTrue(result.err().contains(open + ": writable by everyone (rwxrwxrwx)"), result.err());
    }
  }

  @Test
  void logsWritableByEveryoneAreWorthAWord() throws Exception {
    base();
    Path log = Files.createDirectories(base.resolve("log"));
    Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rwxrwxrwx"));
    TestHome.Result start = sluice("start");
    assertEquals(0, sluice("stop").status());
    assertEquals(0, start.status(), start.err());
    String out = Files.readString(log.resolve("sluice.out"));
    assertTrue(out.contains(log + ": writable by everyone (rwxrwxrwx)"), out);
  }

  /** Its folders could be renamed away, unless the sticky bit keeps them from it. */
  @ParameterizedTest
  @CsvSource({"0777, rwxrwxrwx, 1", "1777, rwxrwxrwx, 0", "0775, rwxrwxr-x, 0"})
  void aBaseWritableByEveryoneIsRefused(String mode, String shown, int status) throws Exception {
    base();
    Files.setAttribute(base, "unix:mode", Integer.parseInt(mode, 8));
    TestHome.Result check = sluice("check");
    assertEquals(status, check.status(), check.err());
    String line = base + ": writable by everyone (" + shown + ")";
    assertEquals(status == 1, check.err().contains(line), check.err());
    if (status == 1) {
      TestHome.Result run = sluice("run");
      assertEquals(1, run.status());
      assertTrue(run.err().contains(line), run.err());
      assertTrue(run.err().contains("chmod o-w " + base), run.err());
    }
  }

  /** Whoever owns an entry of a sticky folder may rename it. */
  @Test
  void aStickyBaseWithAFolderOfSomebodyElseIsRefused() throws Exception {
    assumeTrue(Integer.valueOf(0).equals(Files.getAttribute(folder, "unix:uid")), "needs root");
    base();
    Files.createDirectories(base.resolve("deploy"));
    Files.setAttribute(base, "unix:mode", 01777);
    Files.setAttribute(base.resolve("deploy"), "unix:uid", 12345);
    TestHome.Result result = sluice("check");
    assertEquals(1, result.status());
    assertTrue(result.err().contains(base.resolve("deploy") + " belongs to another"), result.err());
  }

  @Test
  void checkPrintsAllFindingsAndCountsErrorsOnly() throws Exception {
    base(
        "check1=warning etc/a.cfg: b=c: unknown key",
        "check2=error etc/a.cfg: listen=x: not an address");
    TestHome.Result result = sluice("check");
    assertEquals(1, result.status());
    assertEquals(
        "error etc/a.cfg: listen=x: not an address\nwarning etc/a.cfg: b=c: unknown key\n",
        result.out());
    Files.write(base.resolve("etc/stub.properties"), List.of("check1=warning only"));
    assertEquals(0, sluice("check").status());
  }

  /** Nor is anything left where temporary files go. Root may write everywhere: others may not. */
  @ParameterizedTest
  @ValueSource(strings = {"check", "explain http://a.example/"})
  void aBaseThatIsLookedAtStaysAsItIs(String words) throws Exception {
    base();
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    List<Path> before = below(base);
    Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      ProcessBuilder builder = home.builder(words.split(" "));
      builder.command().addAll(List.of("--base", base.toString()));
      builder.environment().put("TMPDIR", temporary.toString());
      TestHome.Result result = TestHome.finish(builder.start());
      assertEquals(0, result.status(), result.err());
      assertEquals("", result.err());
      assertEquals(before, below(base));
      assertEquals(List.of(temporary), below(temporary));
    } finally {
      Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  /** Of a front that another user runs, in a folder that everybody may enter. */
  @Test
  void explainNeedsNoLock() throws Exception {
    base();
    Path run = Files.createDirectories(base.resolve("run"));
    Path lock = Files.writeString(run.resolve("sluice.lock"), "1\n2\n");
    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(lock, PosixFilePermissions.fromString("---------"));
    ProcessBuilder explain =
        home.builder("explain", "http://a.example/", "--base", base.toString());
    if (System.getProperty("user.name").equals("root")) {
      // Root reads everything, unless it is told not to.
      explain
          .command()
          .addAll(0, List.of("setpriv", "--bounding-set", "-dac_override,-dac_read_search"));
    }
    TestHome.Result result = TestHome.finish(explain.start());
    assertEquals("explained http://a.example/\n", result.out(), result.err());
    assertEquals("", result.err());
    assertEquals(0, result.status());
  }

  private static List<Path> below(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.sorted().toList();
    }
  }

  @Test
  void explainWithoutARunningFrontReadsTheConfiguration() throws Exception {
    base();
    TestHome.Result result =
        home.sluice("explain", "http://a.example/x y", "--base", base.toString());
    assertEquals("explained http://a.example/x y\n", result.out(), result.err());
    assertEquals(0, result.status());
    TestHome.Result json = sluice("explain", "--json", "http://a.example/");
    assertEquals(1, json.status());
    assertTrue(json.err().contains("--json is for a running front"), json.err());
  }

  @Test
  void shellPassesCommandInputOutputAndStatus() throws Exception {
    base("shell=on");
    assertTrue(sluice("shell", "status").err().contains("no shell there"));
    TestHome.Result start = sluice("start");
    try {
      assertEquals(0, start.status(), start.err());
      TestHome.Result exec = sluice("shell", "sluice:status", "--json", "--base", "x");
      assertEquals("exec sluice:status --json --base x\n", exec.out(), exec.err());
      assertEquals(7, exec.status());
      Process process = home.start("shell", "--base", base.toString());
      process.getOutputStream().write("one\ntwo\n".getBytes(StandardCharsets.UTF_8));
      TestHome.Result interactive = TestHome.finish(process);
      assertEquals("interactive\none\ntwo\n", interactive.out());
      assertEquals(7, interactive.status());
      assertEquals("exec sluice:explain 'http://a/'\n", sluice("explain", "http://a/").out());
      assertEquals(
          "exec sluice:explain --json 'http://a/'\n",
          sluice("explain", "--json", "http://a/").out());
    } finally {
      sluice("stop");
    }
  }

  @Test
  void aBrokenPlugInIsReportedAndTheRestServes() throws Exception {
    base();
    Files.createDirectories(base.resolve("deploy"));
    TestHome.bundle(base.resolve("deploy/broken.jar"), "broken", null, "no.such.pack");
    Process run = home.start("run", "--base", base.toString());
    assertTrue(
        READY
            .matcher(String.valueOf(run.inputReader(StandardCharsets.UTF_8).readLine()))
            .matches());
    run.toHandle().destroy();
    TestHome.Result result = TestHome.finish(run);
    assertEquals(0, result.status());
    assertTrue(Files.readString(base.resolve("log/sluice.log")).contains("broken.jar"));
  }

  @Test
  void wrongCommandLinesEndWithStatusTwo() throws Exception {
    for (String[] line :
        new String[][] {
          {"nonsense"},
          {"run", "--frobnicate"},
          {"explain"},
          {"stop", "--timeout", "soon"},
          {"status", "--base"},
          {"help", "nonsense"},
          {"version", "--wrong"},
          {"version", "wrong"}
        }) {
      TestHome.Result result = home.sluice(line);
      assertEquals(2, result.status(), String.join(" ", line));
      assertTrue(result.err().startsWith("sluice: "), result.err());
    }
    assertEquals(0, home.sluice("help", "run").status());
    for (String[] line : new String[][] {{"help"}, {"help", "--help"}, {"help", "-h"}, {"-h"}}) {
      TestHome.Result result = home.sluice(line);
      assertEquals(0, result.status(), result.err());
      assertTrue(result.out().contains("optimize"), result.out());
    }
    assertTrue(home.sluice("version").out().matches("sluice [0-9.]+\n"));
  }
}
