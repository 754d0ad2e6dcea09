package org.sluice.core.internal.front;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the start waits for in {@code deploy/}. */
class DeployFolderTest {
  @TempDir Path folder;

  /** Whoever opens a pipe waits for somebody who writes to it. */
  @Test
  void aPipeIsNotOpened() throws Exception {
    String pipe = folder.resolve("a.jar").toString();
    assertEquals(0, new ProcessBuilder("mkfifo", pipe).start().waitFor());
    Files.createDirectory(folder.resolve("b.jar"));
    List<String> pending =
        assertTimeoutPreemptively(
            Duration.ofSeconds(10), () -> new DeployFolder(folder, null).pending());
    assertEquals(List.of(), pending);
  }
}
