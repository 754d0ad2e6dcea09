package org.sluice.ssi.internal.page;

import java.util.List;
import java.util.Locale;
import org.sluice.api.config.Options;
import org.sluice.ssi.internal.parse.Tags;
import org.sluice.ssi.internal.text.Codings;

/** What a route says about server-side includes, read once per route. Immutable. */
public final class Settings {
  /** {@code ssi.xbithack}. */
  public enum ExecuteBit {
    /** The bit means nothing. */
    OFF,
    /** Executable pages are parsed. */
    ON,
    /** And have a date when the group may execute them. */
    FULL
  }

  /** Whether anything is parsed. */
  public final boolean on;

  /** {@code ssi=noexec}. */
  public final boolean noexec;

  /** {@code ssi.noexec-includes=any}. */
  public final boolean noexecIncludesAny;

  /** Ends of names. */
  final List<String> suffixes;

  /** Media types in lower case. */
  final List<String> types;

  /** Start and end of elements. */
  public final Tags tags;

  final boolean legacy;
  final String error;
  final String undefined;
  final String timeFormat;

  /** {@code ssi.xbithack}. */
  public final ExecuteBit executeBit;

  /** {@code ssi.etag}. */
  public final boolean etag;

  /** {@code ssi.last-modified}. */
  public final boolean lastModified;

  /** {@code ssi.kept-body} in bytes. */
  public final long keptBody;

  final int maxDepth;
  final int maxIncludes;
  final long maxOutput;
  final int parallel;

  /** {@code ssi.printenv}: off, on or all. */
  public final String printenv;

  final boolean exprAccess;
  final boolean exprOsenv;

  /** Reads options that were checked before. */
  public Settings(Options options) {
    String mode = options.text("ssi");
    on = mode.equals("on") || mode.equals("noexec");
    noexec = mode.equals("noexec");
    noexecIncludesAny = options.text("ssi.noexec-includes").equals("any");
    suffixes = options.list("ssi.suffixes");
    types = options.list("ssi.types").stream().map(t -> t.toLowerCase(Locale.ROOT)).toList();
    tags = new Tags(tag(options, "ssi.start-tag"), tag(options, "ssi.end-tag"));
    legacy = options.text("ssi.parser").equals("legacy");
    error = Codings.utf8(options.text("ssi.error"));
    undefined = Codings.utf8(options.text("ssi.undefined-echo"));
    timeFormat = Codings.utf8(options.text("ssi.time-format"));
    executeBit = ExecuteBit.valueOf(options.text("ssi.xbithack").toUpperCase(Locale.ROOT));
    etag = options.flag("ssi.etag");
    lastModified = options.flag("ssi.last-modified");
    keptBody = options.size("ssi.kept-body");
    maxDepth = (int) options.number("ssi.max-depth");
    maxIncludes = (int) options.number("ssi.max-includes");
    maxOutput = options.size("ssi.max-output");
    parallel = (int) options.number("ssi.parallel");
    printenv = options.text("ssi.printenv");
    exprAccess = options.flag("ssi.expr-access");
    exprOsenv = options.flag("ssi.expr-osenv");
  }

  private static String tag(Options options, String key) {
    String text = Codings.utf8(options.text(key));
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ') {
        throw new IllegalArgumentException(
            options.origin(key) + ": " + key + "=" + text + ": must not hold a blank");
      }
    }
    return text;
  }

  /** Whether a document of that name is parsed. */
  public boolean claims(String name) {
    for (int i = 0; i < suffixes.size(); i++) {
      String suffix = suffixes.get(i);
      if (suffix.equals("*") || name.endsWith(suffix)) {
        return true;
      }
    }
    return false;
  }

  /** Whether content of that media type is parsed. */
  public boolean claimsType(String type) {
    return types.contains(type);
  }

  /** Whether only the response tells if it is parsed. */
  public boolean dependsOnResponse() {
    return executeBit != ExecuteBit.OFF || !types.isEmpty();
  }
}
