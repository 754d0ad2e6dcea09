package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sluice.testing.Await;
import org.sluice.testing.Processes;
import org.sluice.testing.RawHttpClient;
import org.sluice.testing.RunningProcess;

/** {@code sluice optimize}: the archive of classes, and that a start takes them from there. */
class OptimizeIT {
  /** Of the framework's services, of what serves, of what waits for a request, of the shell. */
  private static final List<String> ARCHIVED =
      List.of(
          "org.apache.felix.cm.impl.Activator",
          "org.apache.felix.scr.impl.Activator",
          "org.sluice.server.internal.NettyEngine",
          "org.sluice.core.internal.front.Core",
          "org.sluice.files.internal.FilesHandler",
          "org.apache.felix.gogo.runtime.activator.Activator");

  @Test
  void classesOfBundlesComeFromTheArchive() throws Exception {
    Base base = Base.withSite("optimize").route("file", "path=/", "target=file:");
    Path htdocs = Files.createDirectories(base.path("htdocs"));
    Files.writeString(htdocs.resolve("a.txt"), "a file");
    Path loaded = base.path("loaded.txt");

    Distribution.Result made = Distribution.run("optimize", "--base", base.path().toString());

    assertEquals(0, made.status(), made::text);
    String archive = Runtime.version().feature() < 25 ? "sluice.jsa" : "sluice.aot";
    assertTrue(made.text().contains("wrote " + base.path("cache/" + archive)), made::text);
    try (Processes processes =
        Distribution.processes()
            .with("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + loaded + "::filecount=0")) {
      RunningProcess front =
          processes.start(Distribution.command("run", "--base", base.path().toString()));
      String url = front.awaitLine("^ready (http://[^ ]+) in", Front.LIMIT).group(1);
      try (RawHttpClient client = RawHttpClient.connect(URI.create(url).getPort())) {
        assertEquals("a file", client.get("/a.txt").readResponse().text());
      }
      Await.until(() -> Files.exists(base.path("run/shell.sock")), "the shell has started");
      front.signal("TERM");
      assertEquals(0, front.awaitExit(Front.LIMIT), front::toString);
    }
    anArchiveThatWasCutStopsNoStart(base, base.path("cache/" + archive));
    List<String> lines = Files.readAllLines(loaded);
    for (String name : ARCHIVED) {
      List<String> found = lines.stream().filter(line -> line.contains(" " + name + " ")).toList();
      assertEquals(1, found.size(), name);
      assertTrue(found.get(0).contains("source: shared objects file"), found.get(0));
    }
  }

  /** The JVM reads beyond the end of it, and is ended by a signal. */
  private static void anArchiveThatWasCutStopsNoStart(Base base, Path archive) throws Exception {
    try (FileChannel cut = FileChannel.open(archive, StandardOpenOption.WRITE)) {
      cut.truncate(cut.size() / 2);
    }
    Files.setLastModifiedTime(archive, FileTime.from(Instant.now().plusSeconds(60)));
    try (Front front = Front.start(base)) {
      assertEquals(200, front.get("/a.txt").status());
      assertEquals(1, front.lines("is not as sluice optimize wrote it; it is not used").size());
    }
  }
}
