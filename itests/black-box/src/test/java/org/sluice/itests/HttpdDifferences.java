package org.sluice.itests;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where lines of the front and of httpd are to differ, and why; docs/logging.md says the same. A
 * row allows its two values and no others, and a row that nothing needs any more is a failure.
 */
final class HttpdDifferences {
  /**
   * One difference.
   *
   * @param dialogs pattern of their names
   * @param columns names, separated by blanks
   * @param httpd pattern of the value there
   * @param ours pattern of our value
   */
  private record Row(
      Pattern dialogs, Set<String> columns, Pattern httpd, Pattern ours, String why) {
    boolean allows(String dialog, String column, String there, String here) {
      return columns.contains(column)
          && dialogs.matcher(dialog).matches()
          && httpd.matcher(there).matches()
          && ours.matcher(here).matches();
    }
  }

  /** Columns that tell about the answer: compared only where the answers are the same. */
  static final Set<String> OF_ANSWERS =
      Set.of(
          "b",
          "B",
          "f",
          "X",
          "R",
          "last R",
          "length",
          "type",
          "range",
          "location",
          "X-Out",
          "set",
          "if 404",
          "if not 404",
          "m",
          "q",
          "last U",
          "k");

  private static final String STATUS = "s,first s,last s";

  private static final String REFUSED =
      "target .*|refused in a pipeline|no request|1.2|414|408.*|blank field name|no colon|two"
          + " lengths|bad length|unknown coding|bad chunk|(large|many) fields?|(NUL|slash)"
          + " escape|out of the root";

  private static final String PIPELINED =
      "pipeline of.*|keep-alive of 1.0|redirects in a pipeline|reset in a keep-alive file";

  private static Row row(String dialogs, String columns, String httpd, String ours, String why) {
    return new Row(
        Pattern.compile(dialogs, Pattern.DOTALL),
        Set.of(columns.split(",")),
        Pattern.compile(httpd),
        Pattern.compile(ours),
        why);
  }

  private static final List<Row> ROWS =
      List.of(
          // Other answers: lines tell them as they are.
          row("(post|chunked|auth right POST) ?.*", STATUS, "200", "405", "files take no POST"),
          row(
              "(post|chunked|put|delete|patch|brew) /d",
              STATUS,
              "301",
              "405",
              "only GET is sent on to the folder"),
          row("options /d", STATUS, "301", "204", "OPTIONS asks about the folder itself"),
          row(
              "(post|chunked|auth missing POST|expect of a file).*",
              STATUS,
              "404",
              "405",
              "the method is looked at first"),
          row(
              "brew .*|auth .* BREW",
              STATUS,
              "501",
              "405",
              "an unknown method is one that files do not take"),
          row("options .*", STATUS, "200", "204", "the answer to OPTIONS has no body"),
          row("trace.*", STATUS, "200", "405", "TRACE is never answered"),
          row("target .*", STATUS, "404", "400", "bytes that no URL may hold are refused"),
          row("NUL escape", STATUS, "404", "400", "NUL is refused"),
          row("target /f.txt.*", STATUS, "200", "400", "bytes that no URL may hold are refused"),
          row("(large|many) fields?", STATUS, "400", "431", "RFC 6585"),
          row(
              "ranges of nothing",
              STATUS,
              "200",
              "416",
              "RFC 9110 section 14.1.2: no range of nothing can be satisfied"),
          row(
              "get /err/missing|head /err/missing",
              "last s",
              "200",
              "404",
              "error pages keep the status of the failure"),
          row(
              ".*",
              "length",
              "-|4",
              "-|4",
              "whether a short output of a program has a length: httpd by its method, we by its"
                  + " end"),
          row(
              "head /empty.txt",
              "length",
              "-",
              "0",
              "httpd takes a length of 0 out of answers to HEAD"),
          row(
              "get /d|head /d|auth dir|pipeline of kinds",
              "location",
              "http://localhost(/.*)",
              "/.*",
              "a path, RFC 9110 section 10.2.2"),
          row(
              "get Range: bytes=9-",
              "range",
              "-",
              "bytes \\*/5",
              "RFC 9110 section 15.5.17 wants it with 416"),
          row(
              "get Range: bytes=0-0,2-2",
              "b,B,length",
              "\\d+",
              "\\d+",
              "other boundaries between ranges"),
          row(
              "reset in .*file",
              "type",
              "-",
              "application/octet-stream",
              "httpd has no type for unknown suffixes"),
          row(
              "(get|head) /err/missing",
              "b,B,type,length,if 404,if not 404",
              ".*",
              ".*",
              "as its status"),

          // Refused requests.
          row(
              REFUSED,
              "H",
              "HTTP/1.[02]",
              "HTTP/1.1",
              "of a line that was not understood httpd says 1.0"),
          row(REFUSED, "m,if 404", "BAD.*", "-", "what is no request has no method"),
          row(
              REFUSED,
              "U,last U",
              ".*",
              "-|/.*",
              "a path that was refused is logged as it was sent, not as it would have been read"),
          row(
              REFUSED,
              "r",
              "GET /a+",
              "GET /a+",
              "a line that is too long is cut at another place"),
          row(
              REFUSED,
              "V",
              "localhost",
              "a",
              "the name the client used also when its request was refused"),
          row(
              "(target|large|408).*",
              "Host",
              "-|localhost",
              "-|a",
              "fields: httpd forgets those before the bad one, we read none after a bad line"),
          row(
              "bad chunk",
              "R,last R",
              "cgi-script",
              "-",
              "it was refused before a route was looked for"),

          // Items.
          row("auth broken", "u", "\"\"", "-", "what cannot be decoded names nobody"),
          row(
              ".*",
              "R,last R",
              "cgi-script",
              "cgi",
              "the target's scheme instead of a handler's name"),
          row(".*", "R,last R", "httpd/unix-directory", "-", "folders have no handler"),
          row(
              ".*pipeline.*|keep-alive.*",
              "k",
              "\\d+",
              "\\d+",
              "httpd does not count the request that ends the connection"),
          row("options \\*|bad chunk", "f", ".+", "-", "answered or refused before it had a route"),
          row(
              ".* (/page/missing|/err/missing|/f\\.txt/more)",
              "f",
              ".+/htdocs/(page|err|f\\.txt)",
              ".+/htdocs/(page/missing|err/missing|f\\.txt/more)",
              "the whole path that was tried; httpd ends it where the file system does"),
          row(
              ".*",
              "f",
              ".+/d/index\\.html",
              ".+/d/",
              "what was asked for; httpd turns it into the index"),
          row(
              ".*",
              "U,last U",
              "/d/index\\.html",
              "/d/",
              "what was asked for; httpd turns it into the index"),
          row(
              "head .*",
              "m,if 404,if not 404",
              "GET",
              "HEAD",
              "httpd makes GET of it on the way to a local redirect or an error page"),
          row(".*", "trailer", "end", "-", "nobody read the body, so its trailer never came"),
          row(
              "field Cookie.*",
              "cookie",
              "-",
              "2",
              "httpd does not find cookies in a second field"),
          row(
              "reset in .*",
              "b,B",
              "\\d+",
              "\\d+",
              "what the kernel took; httpd counts what it had in hand"),
          row(
              PIPELINED,
              "%I",
              "more than was sent",
              "",
              "httpd counts the ends of pipelined requests twice"));

  private final Set<Row> used = new HashSet<>();

  boolean allows(String dialog, String column, String httpd, String ours) {
    for (Row row : ROWS) {
      if (row.allows(dialog, column, httpd, ours)) {
        used.add(row);
        return true;
      }
    }
    return false;
  }

  /** Rows that nothing needed. */
  List<String> unused() {
    return ROWS.stream().filter(row -> !used.contains(row)).map(Row::toString).toList();
  }
}
