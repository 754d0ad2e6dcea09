package org.sluice.core.internal.config.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may stand in {@code etc/} under the name of a file without being one. */
class ConfigFolderTest {
  @TempDir Path base;

  /**
   * Opening a pipe waits for its writer: a front would never start, or never see a change again.
   */
  @Test
  void pipesAndDevicesAreNotOpened() throws Exception {
    Path etc = Files.createDirectory(base.resolve("etc"));
    Path pipe = etc.resolve("org.sluice.route~pipe.cfg");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Files.createSymbolicLink(etc.resolve("org.sluice.route~zero.cfg"), Path.of("/dev/zero"));
    List<CfgFile> files =
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> read(etc, new Problems()));
    assertEquals(
        List.of(
            "error etc/org.sluice.route~pipe.cfg: this is a pipe, socket or device, not a file",
            "error etc/org.sluice.route~zero.cfg: this is a pipe, socket or device, not a file"),
        files.stream().flatMap(file -> file.problems().stream()).map(Problem::toString).toList());
  }

  @Test
  void theFolderItself() throws Exception {
    Problems problems = new Problems();
    assertNull(read(base.resolve("etc"), problems));
    assertNull(read(Files.createFile(base.resolve("file")), problems));
    assertEquals(
        List.of(
            "error etc/: the folder does not exist", "error etc/: this is a file, not a folder"),
        problems.sorted().stream().map(Problem::toString).toList());
  }

  private static List<CfgFile> read(Path folder, Problems problems) {
    CfgReader reader = new CfgReader(new Substitution(folder, name -> null));
    return new ConfigFolder(folder).read(reader, problems);
  }
}
