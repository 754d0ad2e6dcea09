package org.sluice.cgi.internal.head;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.sluice.api.http.Headers;

/** Conditional requests (RFC 9110 section 13) against the validators that a program sent. */
public final class Conditions {
  private Conditions() {}

  /** 304 or 412 if that is the answer, else 0. For GET and HEAD. */
  public static int judge(Headers request, ProgramHead head) {
    String etag = head.headers().get("ETag");
    Instant modified =
        head.modified() == null ? null : head.modified().truncatedTo(ChronoUnit.SECONDS);
    String match = all(request, "If-Match");
    if (match != null) {
      if (!lists(match, etag, true)) {
        return 412;
      }
    } else if (modified != null && later(modified, request.get("If-Unmodified-Since"))) {
      return 412;
    }
    String none = all(request, "If-None-Match");
    if (none != null) {
      return lists(none, etag, false) ? 304 : 0;
    }
    String since = request.get("If-Modified-Since");
    Instant time = since == null || modified == null ? null : ProgramHead.date(since);
    return time != null && !modified.isAfter(time) ? 304 : 0;
  }

  private static boolean later(Instant modified, String limit) {
    Instant time = limit == null ? null : ProgramHead.date(limit);
    return time != null && modified.isAfter(time);
  }

  private static String all(Headers request, String name) {
    String joined = null;
    for (int i = 0; i < request.size(); i++) {
      if (request.name(i).equalsIgnoreCase(name)) {
        joined = joined == null ? request.value(i) : joined + "," + request.value(i);
      }
    }
    return joined;
  }

  /** RFC 9110 section 8.8.3.2. */
  private static boolean lists(String list, String etag, boolean strong) {
    if (etag == null) {
      return false;
    }
    if (list.strip().equals("*")) {
      return true;
    }
    boolean weak = etag.startsWith("W/");
    if (strong && weak) {
      return false;
    }
    String opaque = weak ? etag.substring(2) : etag;
    int at = 0;
    while ((at = list.indexOf(opaque, at)) >= 0) {
      boolean weakMember = at >= 2 && list.startsWith("W/", at - 2);
      if (isMember(list, weakMember ? at - 2 : at, at + opaque.length())
          && !(strong && weakMember)) {
        return true;
      }
      at++;
    }
    return false;
  }

  private static boolean isMember(String list, int start, int end) {
    int before = start - 1;
    while (before >= 0 && (list.charAt(before) == ' ' || list.charAt(before) == '\t')) {
      before--;
    }
    int after = end;
    while (after < list.length() && (list.charAt(after) == ' ' || list.charAt(after) == '\t')) {
      after++;
    }
    return (before < 0 || list.charAt(before) == ',')
        && (after == list.length() || list.charAt(after) == ',');
  }
}
