package org.sluice.core.internal.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatcherTest {
  private static final long MILLI = 1_000_000;

  @TempDir Path folder;
  private final LinkedBlockingQueue<String> calls = new LinkedBlockingQueue<>();

  @Test
  void aChangeIsDueAfterQuietAndOnlyOnce() {
    Quiet quiet = new Quiet(Duration.ofMillis(300), "a");
    assertFalse(quiet.tick(0, "a", false));
    assertFalse(quiet.tick(1000 * MILLI, "b", false));
    assertTrue(quiet.isPending());
    assertFalse(quiet.tick(1299 * MILLI, "b", false));
    assertFalse(quiet.tick(1299 * MILLI, "c", false), "changed again: the time starts anew");
    assertFalse(quiet.tick(1300 * MILLI, "c", false));
    assertFalse(quiet.tick(1400 * MILLI, "c", true), "written again with the same look");
    assertFalse(quiet.tick(1699 * MILLI, "c", false));
    assertTrue(quiet.tick(1700 * MILLI, "c", false));
    assertFalse(quiet.tick(9999 * MILLI, "c", false));
    assertFalse(quiet.isPending());
  }

  @Test
  void aFolderThatIsNeverQuietIsReadAllTheSame() {
    Quiet quiet = new Quiet(Duration.ofMillis(300), "");
    assertFalse(quiet.tick(0, "", false));
    for (int round = 0; round < 3; round++) {
      long start = 1 + round * 3100;
      for (int i = 0; i < 30; i++) {
        assertFalse(quiet.tick((start + i * 100) * MILLI, round + "." + i, false));
      }
      assertTrue(quiet.tick((start + 3000) * MILLI, "" + round, true), "after three seconds");
    }
    assertFalse(quiet.isPending());
  }

  private Watcher watcher(int quietMillis) {
    Watcher watcher =
        new Watcher(folder, Duration.ofMillis(quietMillis), () -> calls.add("called"));
    watcher.start();
    return watcher;
  }

  private void expectCall() throws InterruptedException {
    assertEquals("called", calls.poll(10, TimeUnit.SECONDS));
  }

  @Test
  void filesThatComeChangeAndGoAreNoticed() throws Exception {
    Path file = folder.resolve("a.cfg");
    Watcher watcher = new Watcher(folder, Duration.ofMillis(20), () -> calls.add(text(file)));
    try (watcher) {
      watcher.start();
      Files.writeString(file, "k=v\n");
      expectCallThatSees("k=v\n");
      Files.writeString(folder.resolve("new"), "k=w\n");
      Files.move(folder.resolve("new"), file, StandardCopyOption.REPLACE_EXISTING);
      expectCallThatSees("k=w\n");
      Files.delete(file);
      expectCallThatSees("absent");
    }
    calls.clear();
    Files.writeString(folder.resolve("b.cfg"), "k=v\n");
    assertNull(calls.poll(), "closed");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "absent";
    }
  }

  /** One step may be called for twice: a file is made before it is written. */
  private void expectCallThatSees(String text) throws InterruptedException {
    String seen;
    do {
      seen = calls.poll(10, TimeUnit.SECONDS);
      assertNotNull(seen, () -> "no call that sees " + text);
    } while (!seen.equals(text));
  }

  @Test
  void aPassCanBeAskedForAtAnyTime() throws Exception {
    try (Watcher watcher = watcher(60_000)) {
      watcher.recheck();
      expectCall();
      watcher.recheck();
      expectCall();
    }
  }

  @Test
  void aCallbackThatThrowsEndsNothing() throws Exception {
    Watcher watcher =
        new Watcher(
            folder,
            Duration.ofMillis(1),
            () -> {
              calls.add("called");
              throw new IllegalStateException("on purpose");
            });
    try (watcher) {
      watcher.start();
      watcher.recheck();
      expectCall();
      watcher.recheck();
      expectCall();
    }
  }

  @Test
  void aFolderThatIsReplacedIsStillWatched() throws Exception {
    Path etc = Files.createDirectory(folder.resolve("etc"));
    Watcher watcher = new Watcher(etc, Duration.ofMillis(20), () -> calls.add("called"));
    try (watcher) {
      watcher.start();
      Files.move(etc, folder.resolve("old"));
      Files.createDirectory(etc);
      Files.writeString(etc.resolve("a.cfg"), "k=v\n");
      expectCall();
    }
  }
}
