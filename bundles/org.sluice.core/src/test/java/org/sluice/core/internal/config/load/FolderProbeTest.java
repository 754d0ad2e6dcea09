package org.sluice.core.internal.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.core.internal.config.keys.Catalog;
import org.sluice.core.internal.config.rules.Known;

/** {@code sluice check} tells of folders that are not there. */
class FolderProbeTest {
  private static final Known KNOWN = Known.of(Set.of("file", "cgi"), Set.of("flush"), Set.of());
  private static final String MISSING =
      ": there is no such folder; until it comes requests get 404";

  @TempDir private Path folder;
  private Base base;

  @BeforeEach
  void site() throws Exception {
    base = new Base(folder, new Catalog()).site("a", "listen=127.0.0.1:8080");
  }

  private List<String> check() {
    return Checker.check(folder, new Catalog(), KNOWN);
  }

  @Test
  void foldersThatAreThere() throws Exception {
    Files.createDirectories(folder.resolve("htdocs"));
    Files.createDirectories(folder.resolve("bin"));
    Files.createDirectories(folder.resolve("data/x"));
    Files.writeString(folder.resolve("data/one.txt"), "1");
    base.route("root", "target=file:")
        .route("bin", "path=/bin/", "target=cgi:bin")
        .route("abs", "path=/abs/", "target=file://" + folder.resolve("data"))
        .route("one", "path=/one", "target=file:data/one.txt")
        .route("some", "path=/some", "match=^/some/(.*)$", "target=file:data/x/f-$1.txt")
        .route("not", "path=/bin/x/", "target=!");
    assertEquals(List.of(), check());
  }

  @Test
  void foldersThatAreNot() throws Exception {
    base.route("root", "target=file:")
        .route("bin", "path=/bin/", "target=cgi:bin")
        .route("inner", "path=/bin/inner/", "limit.body=1k")
        .route("some", "path=/some", "match=^/some/(.*)$", "target=file:data/x-$1.txt");
    assertEquals(
        List.of(
            "warning etc/org.sluice.route~bin.cfg:2 target=cgi:bin" + MISSING,
            "warning etc/org.sluice.route~some.cfg:3 target=file:data/x-$1.txt" + MISSING,
            "warning etc/org.sluice.site~a.cfg root=htdocs" + MISSING),
        check());
  }

  /** One folder of a site is one warning, however many routes lead there. */
  @Test
  void theRootOfASiteIsToldOnce() throws Exception {
    base.site("b", "listen=127.0.0.1:8081", "root=/nowhere/at-all")
        .route("x", "site=b", "path=/x/", "target=file:")
        .route("y", "site=b", "path=/y/", "target=cgi:");
    Files.createDirectories(folder.resolve("htdocs"));
    base.route("z", "site=a", "target=file:");
    assertEquals(
        List.of("warning etc/org.sluice.site~b.cfg:2 root=/nowhere/at-all" + MISSING), check());
  }

  @Test
  void aRootThatIsAFile() throws Exception {
    Files.writeString(folder.resolve("one.txt"), "1");
    base.site("a", "listen=127.0.0.1:8080", "root=one.txt").route("root", "target=file:");
    assertEquals(
        List.of(
            "warning etc/org.sluice.site~a.cfg:2 root=one.txt: it is no folder; but for / requests get 404"),
        check());
  }

  @Test
  void filesThatPluginsRead() throws Exception {
    Files.writeString(folder.resolve("one.txt"), "1");
    base.site("a", "listen=127.0.0.1:8080", "auth.file=one.txt", "auth.groups=groups")
        .route("r", "target=cgi:.", "opening.file=nope", "cgi.log=later")
        .route("s", "path=/s/", "target=cgi:.", "auth.file=.", "opening.file=");
    assertEquals(
        List.of(
            "warning etc/org.sluice.route~r.cfg:2 opening.file=nope: there is no such file; until it"
                + " comes requests that need it get 500",
            "warning etc/org.sluice.route~s.cfg:3 auth.file=.: it is no file that this user may"
                + " read; requests that need it get 500",
            "warning etc/org.sluice.site~a.cfg:3 auth.groups=groups: there is no such file; until"
                + " it comes requests that need it get 500"),
        check().stream().filter(line -> !line.contains("plug-in")).toList());
  }
}
