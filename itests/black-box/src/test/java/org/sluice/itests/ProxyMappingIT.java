package org.sluice.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From the path that a client writes to the one that a backend is asked for (T3, T4). */
class ProxyMappingIT {
  private static Front front;
  private static RecordingBackend backend;

  @BeforeAll
  static void start() throws IOException {
    backend = new RecordingBackend();
    String target = "target=" + backend.url();
    String bare = target.substring(0, target.length() - 1);
    Base base =
        Base.withSite("proxy-mapping")
            .route("m1", "path=/m1/", target + "x/")
            .route("m2", "path=/m2", target + "y")
            .route("gap", "path=/gap/", target + "x")
            .route("deep", "path=/a/b", target + "z")
            .route("m3", "path=/m3/", target)
            .route("m3no", "path=/m3/no", "target=!")
            .route("m4", "path=/m4/", "match=[.]gif$", target + "g")
            .route("m5", "path=/m5/", "match=^/m5/(.*)$", target + "h/$1")
            .route("two", "path=/two/", "match=^/two/([^/]+)/([^/]+)$", target + "$2/$1/$0")
            .route("longer", "path=/m1/longer/", target + "l/")
            .route("raw", "path=/raw/", target, "nocanon=on")
            .route("encoded", "path=/enc/", target, "mapping=encoded")
            .route("servlet", "path=/sv/", target + "s/", "mapping=servlet")
            .route("servlet2", "path=/sw", target + "s", "mapping=servlet")
            .route("root", "path=/bare/", bare);
    front = Front.start(base);
  }

  @AfterAll
  static void stop() throws IOException {
    front.close();
    backend.close();
  }

  private static String asked(String target) throws IOException {
    int before = backend.requests.size();
    int status = front.get(target).status();
    List<String> since = backend.requests.subList(before, backend.requests.size());
    if (status != 200) {
      assertEquals(0, since.size());
      return Integer.toString(status);
    }
    assertEquals(1, since.size());
    return since.get(0).split(" ")[1];
  }

  @ParameterizedTest
  @CsvSource({
    "/m1/a, /x/a",
    "/m1, 404",
    "/m1/, /x/",
    "/m1/longer/a, /l/a",
    "/m1/long, /x/long",
    "/m2, /y",
    "/m2/, /y/",
    "/m2/x, /y/x",
    "/m2x, 404",
    "/M2, 404",
    "/m2;x=1/a, 404",
    "/m2/;x=1, /y/;x=1",
    "/gap/a, /xa",
    "/bare/a, /a",
    "/a/b/c, /z/c",
    "/a//b/c, /z/c",
    "//a/b, /z",
    "/ab, 404",
    "/m1//a, /x/a",
    "/m1/./a, /x/a",
    "/m1/b/../a, /x/a",
    "/m1/%2e%2e/m2, /y",
    "/%6d1/a, /x/a",
    "/m1/file%25, /x/file%25",
    "/m1/a%2Fb, 404",
    "/m1/a%3Fb%23c, /x/a%3Fb%23c",
    "/m1/%C3%A9, /x/%C3%A9",
    "/m1/a?, /x/a?",
    "/m1/a?b=%20&c=/../d, /x/a?b=%20&c=/../d",
    "/m3/yes, /yes",
    "/m3/no, 404",
    "/m3/no/x, 404",
    "/m3/nox, /nox",
    "/m4/a.gif, /g/m4/a.gif",
    "/m4/a.png, 404",
    "/m5/a%20b, /h/a%20b",
    "/m5/a/../b, /h/b",
    "/m5/@evil.example/, /h/@evil.example/",
    "/two/one/other, /other/one//two/one/other",
    "/raw/b/%2e/c%41, /b/%2e/c%41",
    "/%72aw/b, /b",
    "/enc/c%41, /c%41",
    "/%65nc/c, 404",
    "/sv/a;x=1/b;y, /s/a;x=1/b;y",
    "/sv/..;/m2, 404",
    "/sw;v=1/x, /s;v=1/x",
  })
  void isMapped(String written, String asked) throws IOException {
    assertEquals(asked, asked(written));
  }

  /** Exactly one of both ends in a slash: probably a slip, and said. */
  @Test
  void slashesThatDoNotMatchAreWarnedOf() throws IOException {
    assertTrue(
        Distribution.run("check", "--base", front.base().path().toString()).lines().stream()
            .anyMatch(line -> line.startsWith("warning etc/org.sluice.route~gap.cfg")),
        "a warning");
  }
}
