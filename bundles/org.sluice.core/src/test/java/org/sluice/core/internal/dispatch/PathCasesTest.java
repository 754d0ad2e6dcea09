package org.sluice.core.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.api.file.LinkPolicy;
import org.sluice.api.file.PathRefusal;
import org.sluice.api.file.PathResolver;
import org.sluice.api.file.ResolvedPath;
import org.sluice.api.http.HandlerException;
import org.sluice.testing.PathCases;
import org.sluice.testing.PathCases.PathCase;

/** T4: from a target to a file, decoder and resolver together, without a server. */
class PathCasesTest {
  /** What random targets are made of. */
  private static final List<String> PIECES =
      List.of(
          "/",
          "/",
          "/",
          "//",
          ".",
          "..",
          "...",
          "%2e",
          "%2E",
          "%2e%2e",
          "%2f",
          "%2F",
          "%5c",
          "\\",
          "%00",
          "%",
          "%25",
          "%252e",
          "%c0%ae",
          "%c0%af",
          "%e0%80%ae",
          "%uff0e",
          "%ef%bc%8e",
          ";",
          "+",
          "%20",
          "~",
          "a.txt",
          "sub",
          "b.txt",
          "in",
          "out",
          "out-dir",
          "out-sibling",
          "abs",
          "secret.txt",
          "rooted",
          "root",
          ".htpasswd",
          ".ht",
          ".secret",
          ".git",
          "config",
          "circle",
          "%61",
          "%C3%BC",
          "\u00fc",
          "x".repeat(300),
          "?",
          "#",
          ":",
          "*",
          "\u0001",
          " ");

  @TempDir static Path folder;
  private static Path root;

  @BeforeAll
  static void tree() throws IOException {
    root = PathCases.make(folder);
  }

  static List<PathCase> cases() {
    return PathCases.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void oneCase(PathCase each) throws IOException {
    int query = each.target().indexOf('?');
    String raw = query < 0 ? each.target() : each.target().substring(0, query);
    String path;
    try {
      path = RequestPath.decode(raw);
    } catch (HandlerException e) {
      assertTrue(each.statuses().contains(e.status()), e.status() + " " + e.getMessage());
      return;
    }
    ResolvedPath found = new PathResolver(root, LinkPolicy.OWNER, false).resolve(path);
    int status = status(found, path);
    assertTrue(each.statuses().contains(status), found::toString);
    if (status == 200) {
      assertEquals(each.body(), Files.readString(found.path()));
    }
  }

  private static int status(ResolvedPath found, String path) {
    if (found.refusal() != null) {
      return found.refusal().status();
    }
    if (found.isDirectory()) {
      return path.endsWith("/") ? 403 : 301;
    }
    return found.pathInfo().isEmpty() ? 200 : 404;
  }

  @Test
  void thereAreEnough() {
    assertTrue(cases().size() >= 180, "" + cases().size());
  }

  /**
   * Random targets for {@code -Dsluice.fuzz.seconds} (5): no exception but refusals, nothing
   * outside of the root, nothing hidden. {@code -Dsluice.fuzz.seed} repeats a run.
   */
  @Test
  void randomTargets(TestReporter reporter) throws IOException {
    long seed = Long.getLong("sluice.fuzz.seed", System.nanoTime());
    long end = System.nanoTime() + Long.getLong("sluice.fuzz.seconds", 5) * 1_000_000_000L;
    Random random = new Random(seed);
    Path real = root.toRealPath();
    long count = 0;
    long served = 0;
    for (; System.nanoTime() < end; count++) {
      StringBuilder target = new StringBuilder("/");
      for (int n = random.nextInt(12); n > 0; n--) {
        target.append(
            random.nextInt(20) == 0
                ? Character.toString((char) random.nextInt(256))
                : PIECES.get(random.nextInt(PIECES.size())));
      }
      served += one(target.toString(), real, random, "seed " + seed + " target " + target) ? 1 : 0;
    }
    reporter.publishEntry(
        "random targets", count + ", of them files: " + served + ", seed " + seed);
    assertTrue(served > 0, "the random targets never meet a file");
  }

  private static boolean one(String target, Path real, Random random, String which)
      throws IOException {
    String path;
    try {
      path = RequestPath.decode(target);
    } catch (HandlerException e) {
      assertTrue(e.status() == 400 || e.status() == 404, which);
      return false;
    }
    assertTrue(path.startsWith("/") && path.indexOf('\0') < 0, which);
    assertTrue(!(path + "/").contains("/../") && !(path + "/").contains("/./"), which);
    LinkPolicy links = random.nextBoolean() ? LinkPolicy.ON : LinkPolicy.OWNER;
    ResolvedPath found = new PathResolver(root, links, false).resolve(path);
    if (found.refusal() != null) {
      assertTrue(found.refusal() != PathRefusal.FAILED, which + " " + found);
      return false;
    }
    assertTrue(found.path().startsWith(real), which + " " + found);
    assertEquals(found.path(), found.path().toRealPath(), which);
    assertEquals(path, found.name() + found.pathInfo(), which);
    if (found.isFile()) {
      assertNotEquals(PathCases.SECRET, Files.readString(found.path()), which);
    }
    return found.isFile();
  }
}
