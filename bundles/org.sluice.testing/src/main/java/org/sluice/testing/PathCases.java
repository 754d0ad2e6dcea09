package org.sluice.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Request targets that try to leave a document root, or look as if they did, and what may come of
 * each (threat T4). Whoever maps paths to files runs them against the {@link #make tree}.
 */
public final class PathCases {
  /** Content of every file outside of the root, and of those inside that are never served. */
  public static final String SECRET = "SECRET";

  /**
   * One target.
   *
   * @param target as sent, with the bytes U+0080 to U+00FF as they are
   * @param statuses those that are right
   * @param body of a 200: the name of the file, which is its content; else null
   */
  public record PathCase(String target, List<Integer> statuses, String body) {
    @Override
    public String toString() {
      return target + " " + statuses;
    }
  }

  /** Files of the root; each holds its own name. */
  private static final List<String> FILES =
      List.of(
          "a.txt",
          "sub/b.txt",
          "sub/sub/c.txt",
          "b c.txt",
          "100%.txt",
          "%2e%2e.txt",
          "%41.txt",
          "p+q.txt",
          "s;t.txt",
          "s;t=1/u.txt",
          "\u00fc.txt",
          "u\u0308.txt",
          "\u65e5\u672c.txt",
          "\ud83d\ude00.txt",
          "q?.txt",
          "h#.txt",
          "back\\slash.txt",
          "..\\a",
          "col:on.txt",
          "~t.txt",
          "a..b",
          "dots..",
          "end.",
          " lead.txt",
          "tail.txt ",
          "\"q\"'.txt",
          "&<>.txt",
          "$HOME",
          "`x`",
          "{a,b}*[c]",
          "C:",
          "nul",
          "A.TXT");

  /** Files below the root that are never served. */
  private static final List<String> HIDDEN =
      List.of(".htaccess", ".htpasswd", ".secret", ".git/config", "sub/.env", "...", "..x", "..;");

  /** Target, statuses, body; an open box stands for a blank at the edge of a name. */
  private static final String CASES =
      """
      /a.txt                              | 200 | a.txt
      /A.TXT                              | 200 | A.TXT
      /sub/b.txt                          | 200 | sub/b.txt
      /%61.txt                            | 200 | a.txt
      /%61%2Etxt                          | 200 | a.txt
      /%61%2etxt                          | 200 | a.txt
      /a.txt?/../../secret.txt            | 200 | a.txt
      /a.txt?                             | 200 | a.txt
      /b%20c.txt                          | 200 | b c.txt
      /b+c.txt                            | 404 |
      /100%25.txt                         | 200 | 100%.txt
      /%252e%252e.txt                     | 200 | %2e%2e.txt
      /%2541.txt                          | 200 | %41.txt
      /p+q.txt                            | 200 | p+q.txt
      /p%2Bq.txt                          | 200 | p+q.txt
      /p%20q.txt                          | 404 |
      /s;t.txt                            | 200 | s;t.txt
      /s%3Bt.txt                          | 200 | s;t.txt
      /s;t=1/u.txt                        | 200 | s;t=1/u.txt
      /s                                  | 404 |
      /%C3%BC.txt                         | 200 | \u00fc.txt
      /u%CC%88.txt                        | 200 | u\u0308.txt
      /%E6%97%A5%E6%9C%AC.txt             | 200 | \u65e5\u672c.txt
      /%F0%9F%98%80.txt                   | 200 | \ud83d\ude00.txt
      /q%3F.txt                           | 200 | q?.txt
      /h%23.txt                           | 200 | h#.txt
      /back%5Cslash.txt                   | 200 | back\\slash.txt
      /col:on.txt                         | 200 | col:on.txt
      /col%3Aon.txt                       | 200 | col:on.txt
      /~t.txt                             | 200 | ~t.txt
      /%7Et.txt                           | 200 | ~t.txt
      /a..b                               | 200 | a..b
      /dots..                             | 200 | dots..
      /end.                               | 200 | end.
      /end                                | 404 |
      /%20lead.txt                        | 200 | \u2423lead.txt
      /tail.txt%20                        | 200 | tail.txt\u2423
      /tail.txt                           | 404 |
      /%22q%22%27.txt                     | 200 | "q"'.txt
      /&%3C%3E.txt                        | 200 | &<>.txt
      /$HOME                              | 200 | $HOME
      /%60x%60                            | 200 | `x`
      /%7Ba,b%7D*%5Bc%5D                  | 200 | {a,b}*[c]
      /*                                  | 404 |
      /C:                                 | 200 | C:
      /nul                                | 200 | nul
      /a.txt::$DATA                       | 404 |
      /./a.txt                            | 200 | a.txt
      /././sub/./b.txt                    | 200 | sub/b.txt
      /sub/../a.txt                       | 200 | a.txt
      /sub/sub/../../a.txt                | 200 | a.txt
      /none/../a.txt                      | 200 | a.txt
      /a.txt/../sub/b.txt                 | 200 | sub/b.txt
      /%2e/a.txt                          | 200 | a.txt
      /sub/%2e%2e/a.txt                   | 200 | a.txt
      /sub/%2E./a.txt                     | 200 | a.txt
      /sub/.%2e/a.txt                     | 200 | a.txt
      //a.txt                             | 200 400 404 | a.txt
      //sub///b.txt                       | 200 400 404 | sub/b.txt
      /sub//b.txt                         | 200 | sub/b.txt
      /sub/                               | 403 404 |
      /sub                                | 301 |
      /sub/.                              | 301 403 404 |
      /sub/sub/..                         | 301 403 404 |
      /in/b.txt                           | 200 | sub/b.txt
      /abs                                | 200 | a.txt
      /..                                 | 400 403 404 |
      /../                                | 400 403 404 |
      /../secret.txt                      | 400 404 |
      /../../secret.txt                   | 400 404 |
      /../root/a.txt                      | 400 404 |
      /../rooted/secret.txt               | 400 404 |
      /sub/../../secret.txt               | 400 404 |
      /sub/../sub/../../secret.txt        | 400 404 |
      /none/../../secret.txt              | 400 404 |
      /./../secret.txt                    | 400 404 |
      //../secret.txt                     | 400 404 |
      /sub//../../secret.txt              | 400 404 |
      /sub///../..//secret.txt            | 400 404 |
      /%2e%2e/secret.txt                  | 400 404 |
      /%2E%2E/secret.txt                  | 400 404 |
      /.%2e/secret.txt                    | 400 404 |
      /%2e./secret.txt                    | 400 404 |
      /sub/%2e%2e/%2e%2e/secret.txt       | 400 404 |
      /..%2fsecret.txt                    | 400 403 404 |
      /..%2Fsecret.txt                    | 400 403 404 |
      /%2e%2e%2fsecret.txt                | 400 403 404 |
      /sub%2f..%2f..%2fsecret.txt         | 400 404 |
      /sub%2Fb.txt                        | 400 404 |
      /%2fa.txt                           | 400 404 |
      /a.txt%2f                           | 400 404 |
      /%252e%252e/secret.txt              | 404 |
      /%252e%252e%252fsecret.txt          | 404 |
      /%25252e%25252e/secret.txt          | 404 |
      /..%252fsecret.txt                  | 403 404 |
      /..%5csecret.txt                    | 400 403 404 |
      /..%5Csecret.txt                    | 400 403 404 |
      /sub%5c..%5c..%5csecret.txt         | 400 404 |
      /..\\secret.txt                     | 400 403 404 |
      /sub\\..\\..\\secret.txt            | 400 404 |
      /..%5Ca                             | 400 403 404 |
      /%c0%ae%c0%ae/secret.txt            | 400 |
      /%c0%ae./secret.txt                 | 400 |
      /..%c0%afsecret.txt                 | 400 |
      /..%c1%9csecret.txt                 | 400 |
      /%e0%80%ae%e0%80%ae/secret.txt      | 400 |
      /%f0%80%80%ae%f0%80%80%ae/secret.txt | 400 |
      /%fc%80%80%80%80%ae/secret.txt      | 400 |
      /%ff                                | 400 |
      /%80.txt                            | 400 |
      /%C3.txt                            | 400 |
      /%C3%28.txt                         | 400 |
      /%ED%A0%80.txt                      | 400 |
      /%EF%BC%8E%EF%BC%8E/secret.txt      | 404 |
      /%E2%80%A5/secret.txt               | 404 |
      /..%EF%BC%8Fsecret.txt              | 403 404 |
      /%u002e%u002e/secret.txt            | 400 |
      /%uff0e%uff0e/secret.txt            | 400 |
      /%                                  | 400 |
      /%2                                 | 400 |
      /%zz                                | 400 |
      /%2g.txt                            | 400 |
      /a.txt%                             | 400 |
      /% 61.txt                           | 400 |
      /%+61.txt                           | 400 |
      /%-1.txt                            | 400 |
      /%00                                | 400 404 |
      /a.txt%00                           | 400 404 |
      /a.txt%00.png                       | 400 404 |
      /%00/../a.txt                       | 400 404 |
      /..%00/secret.txt                   | 400 404 |
      /a.txt%0a                           | 400 404 |
      /a.txt%0d%0aX-Injected:%20yes       | 400 404 |
      /%0a/../../secret.txt               | 400 404 |
      /%09a.txt                           | 400 404 |
      /a.txt%7f                           | 400 404 |
      /a.txt%1b[31m                       | 400 404 |
      /..;/secret.txt                     | 403 404 |
      /..;                                | 403 404 |
      /sub/..;/a.txt                      | 403 404 |
      /..;a=b/secret.txt                  | 403 404 |
      /;/../secret.txt                    | 400 404 |
      /;/a.txt                            | 404 |
      /.;/a.txt                           | 403 404 |
      /...                                | 403 404 |
      /.../secret.txt                     | 403 404 |
      /..x                                | 403 404 |
      /....//secret.txt                   | 403 404 |
      /..../secret.txt                    | 403 404 |
      /.secret                            | 403 404 |
      /%2esecret                          | 403 404 |
      /.htaccess                          | 403 404 |
      /.htpasswd                          | 403 404 |
      /%2ehtpasswd                        | 403 404 |
      /.ht%70asswd                        | 403 404 |
      /.HTPASSWD                          | 403 404 |
      /sub/../.htpasswd                   | 403 404 |
      /.htpasswd/                         | 403 404 |
      /.htpasswd/x                        | 403 404 |
      /.git/config                        | 403 404 |
      /.git/                              | 403 404 |
      /.git                               | 403 404 |
      /sub/.env                           | 403 404 |
      /sub/%2E%65nv                       | 403 404 |
      /hidden-link                        | 403 404 |
      /out                                | 403 404 |
      /out-dir/secret.txt                 | 403 404 |
      /out-dir/                           | 403 404 |
      /out-sibling/secret.txt             | 403 404 |
      /out-abs                            | 403 404 |
      /out-chain                          | 403 404 |
      /in/../secret.txt                   | 404 |
      /in/../../secret.txt                | 400 404 |
      /circle                             | 403 404 |
      /broken                             | 403 404 |
      /a.txt/                             | 404 |
      /a.txt/x                            | 404 |
      /a.txt/.                            | 200 404 | a.txt
      /a.txt/../../secret.txt             | 400 404 |
      /a.txt/..                           | 301 403 404 |
      /etc/passwd                         | 404 |
      /proc/self/environ                  | 404 |
      //etc/passwd                        | 400 404 |
      ///etc/passwd                       | 400 404 |
      /file:///etc/passwd                 | 404 |
      /~root/                             | 404 |
      /~/a.txt                            | 404 |
      /$HOME/a.txt                        | 404 |
      /{a.txt}                            | 400 404 |
      /a.tx?t                             | 404 |
      /a.tx*                              | 404 |
      /[a].txt                            | 400 404 |
      """;

  private PathCases() {}

  /** All cases, about two hundred. */
  public static List<PathCase> all() {
    return CASES.lines().map(PathCases::parse).collect(Collectors.toList());
  }

  private static PathCase parse(String line) {
    int bar = line.indexOf(" | ");
    int last = line.indexOf(" |", bar + 2);
    List<Integer> statuses =
        Arrays.stream(line.substring(bar + 3, last).strip().split(" "))
            .map(Integer::valueOf)
            .collect(Collectors.toList());
    String body = last + 3 > line.length() ? null : line.substring(last + 3).replace('\u2423', ' ');
    return new PathCase(line.substring(0, bar).stripTrailing(), statuses, body);
  }

  /**
   * Makes the tree in an empty folder: the root, and beside it what must never be served.
   *
   * @return the root, {@code root} in the folder
   */
  public static Path make(Path folder) throws IOException {
    Path root = Files.createDirectories(folder.resolve("root"));
    write(folder.resolve("secret.txt"), SECRET);
    write(folder.resolve("rooted/secret.txt"), SECRET);
    for (String file : FILES) {
      write(root.resolve(file), file);
    }
    for (String file : HIDDEN) {
      write(root.resolve(file), SECRET);
    }
    link(root, "in", "sub");
    link(root, "abs", root.toRealPath().resolve("a.txt").toString());
    link(root, "hidden-link", ".htpasswd");
    link(root, "out", "../secret.txt");
    link(root, "out-dir", "..");
    link(root, "out-sibling", "../rooted");
    link(root, "out-abs", folder.toRealPath().resolve("secret.txt").toString());
    link(root, "out-chain", "out");
    link(root, "circle", "circle");
    link(root, "broken", "nothing");
    return root;
  }

  private static void write(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, content.getBytes(StandardCharsets.UTF_8));
  }

  private static void link(Path root, String name, String target) throws IOException {
    Files.createSymbolicLink(root.resolve(name), Path.of(target));
  }
}
