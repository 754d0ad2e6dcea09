package org.sluice.api.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** T4: what a path may name below a root. */
class PathResolverTest {
  @TempDir Path folder;
  private Path root;

  @BeforeEach
  void tree() throws IOException {
    root = Files.createDirectories(folder.resolve("root"));
    write(folder.resolve("secret.txt"));
    write(folder.resolve("rooted/secret.txt"));
    write(root.resolve("a.txt"));
    write(root.resolve("dir/b c.txt"));
    write(root.resolve(".htpasswd"));
    write(root.resolve(".hidden"));
    write(root.resolve(".git/config"));
    write(root.resolve("..."));
    Files.createSymbolicLink(root.resolve("in"), Path.of("dir"));
    Files.createSymbolicLink(root.resolve("abs"), root.resolve("a.txt"));
    Files.createSymbolicLink(root.resolve("out"), Path.of("../secret.txt"));
    Files.createSymbolicLink(root.resolve("sibling"), folder.resolve("rooted"));
    Files.createSymbolicLink(root.resolve("gone"), Path.of("nothing"));
    Files.createSymbolicLink(root.resolve("circle"), Path.of("circle"));
    Files.createSymbolicLink(root.resolve("passwords"), Path.of(".htpasswd"));
    Files.createSymbolicLink(root.resolve("sources"), Path.of(".git"));
  }

  private static void write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, file.getFileName().toString());
  }

  @ParameterizedTest
  @CsvSource({
    "a.txt,                 a.txt,       a.txt,           ''",
    "/a.txt,                a.txt,       /a.txt,          ''",
    "a.txt/,                a.txt,       a.txt,           /",
    "a.txt/x/y,             a.txt,       a.txt,           /x/y",
    "a.txt//x,              a.txt,       a.txt,           //x",
    "a.txt/.hidden,         a.txt,       a.txt,           /.hidden",
    "dir,                   dir,         dir,             ''",
    "dir/,                  dir,         dir/,            ''",
    "dir//b c.txt,          dir/b c.txt, dir//b c.txt,    ''",
    "'',                    '',          '',              ''",
    "/,                     '',          /,               ''",
    "in/b c.txt,            dir/b c.txt, in/b c.txt,      ''",
    "in/b c.txt/i,          dir/b c.txt, in/b c.txt,      /i",
    "abs,                   a.txt,       abs,             ''",
  })
  void found(String path, String file, String name, String info) throws IOException {
    ResolvedPath result = new PathResolver(root, LinkPolicy.OWNER, false).resolve(path);
    assertNull(result.refusal(), result::toString);
    Path expected = file.isEmpty() ? root.toRealPath() : root.toRealPath().resolve(file);
    assertEquals(expected, result.path());
    assertEquals(name, result.name());
    assertEquals(info, result.pathInfo());
    assertEquals(Files.isRegularFile(expected), result.isFile());
    assertEquals(Files.isDirectory(expected), result.isDirectory());
    assertThrows(IllegalStateException.class, result::failure);
  }

  @ParameterizedTest
  @CsvSource({
    "b.txt,              ON,  NOT_FOUND",
    "dir/none/x,         ON,  NOT_FOUND",
    "../secret.txt,      ON,  BAD_NAME",
    "dir/../a.txt,       ON,  BAD_NAME",
    "dir/./b c.txt,      ON,  BAD_NAME",
    "..,                 ON,  BAD_NAME",
    ".htpasswd,          ON,  HIDDEN",
    ".HTaccess,          ON,  HIDDEN",
    "dir/.htnothing,     ON,  HIDDEN",
    ".hidden,            ON,  HIDDEN",
    ".git/config,        ON,  HIDDEN",
    "...,                ON,  HIDDEN",
    "passwords,          ON,  HIDDEN",
    "sources/config,     ON,  HIDDEN",
    "out,                ON,  OUTSIDE",
    "out,                OWNER, OUTSIDE",
    "out,                OFF, LINK",
    "sibling/secret.txt, ON,  OUTSIDE",
    "in/b c.txt,         OFF, LINK",
    "abs,                OFF, LINK",
    "gone,               ON,  NOT_FOUND",
    "circle,             ON,  LINK",
  })
  void refused(String path, LinkPolicy links, PathRefusal reason) {
    ResolvedPath result = new PathResolver(root, links, false).resolve(path);
    assertEquals(reason, result.refusal(), result::toString);
    assertNull(result.path());
    assertEquals(reason.status(), result.failure().status());
    assertEquals(reason.code(), result.failure().code());
  }

  @ParameterizedTest
  @CsvSource({".hidden, true", ".git/config, true", "..., true", ".htpasswd, false", ".hT, false"})
  void dotFiles(String path, boolean served) {
    ResolvedPath result = new PathResolver(root, LinkPolicy.OFF, true).resolve(path);
    assertEquals(served, result.isFile(), result::toString);
  }

  @Test
  void namesThatNoFileCanHave() {
    PathResolver resolver = new PathResolver(root, LinkPolicy.ON, true);
    assertEquals(PathRefusal.BAD_NAME, resolver.resolve("a.txt\0.png").refusal());
    assertEquals(PathRefusal.BAD_NAME, resolver.resolve("dir/\0").refusal());
    assertEquals(PathRefusal.NOT_FOUND, resolver.resolve("a".repeat(256)).refusal());
    assertEquals(PathRefusal.NOT_FOUND, resolver.resolve("\u00e4".repeat(200)).refusal());
    assertEquals(PathRefusal.NOT_FOUND, resolver.resolve("x/".repeat(9000)).refusal());
    assertEquals(PathRefusal.NOT_FOUND, resolver.resolve("\ud800").refusal());
  }

  @Test
  void rootThatIsAFile() throws IOException {
    PathResolver resolver = new PathResolver(root.resolve("a.txt"), LinkPolicy.OFF, false);
    assertTrue(resolver.resolve("").isFile());
    assertEquals("/x", resolver.resolve("/x").pathInfo());
    assertEquals(root.toRealPath().resolve("a.txt"), resolver.resolve("/x").path());
  }

  @Test
  void rootThatIsALinkAndRootThatIsMissing() throws IOException {
    Files.createSymbolicLink(folder.resolve("current"), Path.of("root"));
    PathResolver linked = new PathResolver(folder.resolve("current"), LinkPolicy.OFF, false);
    assertEquals(root.toRealPath().resolve("a.txt"), linked.resolve("a.txt").path());
    PathResolver missing = new PathResolver(folder.resolve("none"), LinkPolicy.OFF, false);
    assertEquals(PathRefusal.NOT_FOUND, missing.resolve("a.txt").refusal());
  }

  @Test
  void specialFile() throws Exception {
    Path pipe = root.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    PathResolver resolver = new PathResolver(root, LinkPolicy.ON, false);
    assertEquals(PathRefusal.SPECIAL, resolver.resolve("pipe").refusal());
    assertEquals(PathRefusal.SPECIAL, resolver.resolve("pipe/x").refusal());
  }
}
