package org.sluice.server.internal;

import java.nio.charset.StandardCharsets;

/** Status lines with the reason phrases of RFC 9110 section 15, made once. */
final class StatusLines {
  private static final byte[][] LINES = new byte[600][];
  private static final String[] REASONS = new String[600];

  static {
    String table =
        "100 Continue;101 Switching Protocols;102 Processing;103 Early Hints;200 OK;201 Created;"
            + "202 Accepted;203 Non-Authoritative Information;204 No Content;205 Reset Content;"
            + "206 Partial Content;207 Multi-Status;300 Multiple Choices;301 Moved Permanently;"
            + "302 Found;303 See Other;304 Not Modified;307 Temporary Redirect;"
            + "308 Permanent Redirect;400 Bad Request;401 Unauthorized;402 Payment Required;"
            + "403 Forbidden;404 Not Found;405 Method Not Allowed;406 Not Acceptable;"
            + "407 Proxy Authentication Required;408 Request Timeout;409 Conflict;410 Gone;"
            + "411 Length Required;412 Precondition Failed;413 Content Too Large;"
            + "414 URI Too Long;415 Unsupported Media Type;416 Range Not Satisfiable;"
            + "417 Expectation Failed;421 Misdirected Request;422 Unprocessable Content;"
            + "423 Locked;424 Failed Dependency;425 Too Early;426 Upgrade Required;"
            + "428 Precondition Required;429 Too Many Requests;"
            + "431 Request Header Fields Too Large;451 Unavailable For Legal Reasons;"
            + "500 Internal Server Error;501 Not Implemented;502 Bad Gateway;"
            + "503 Service Unavailable;504 Gateway Timeout;505 HTTP Version Not Supported;"
            + "507 Insufficient Storage;508 Loop Detected;511 Network Authentication Required";
    for (String entry : table.split(";", -1)) {
      REASONS[Integer.parseInt(entry.substring(0, 3))] = entry.substring(4);
    }
    for (int status = 100; status < 600; status++) {
      String reason = REASONS[status] == null ? "" : REASONS[status];
      LINES[status] =
          ("HTTP/1.1 " + status + " " + reason + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
  }

  private StatusLines() {}

  /** The whole line with CRLF; not to be changed. A status is 100 to 599. */
  static byte[] line(int status) {
    return LINES[status];
  }
}
