package org.sluice.cgi.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Request;

/**
 * The script log ({@code cgi.log}): for who writes programs, a record of each that failed, in
 * httpd's format. Credentials and cookies are masked, the file is for its owner only, and nothing
 * is added once it is larger than {@code cgi.log-length}.
 */
final class ScriptLog {
  private static final Logger LOG = LoggerFactory.getLogger(ScriptLog.class);

  /** Files whose failure has been told; guarded by the lock. */
  private static final Set<Path> UNWRITABLE = new HashSet<>();

  private static final Object LOCK = new Object();
  private static final int MOST = 64 * 1024;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss yyyy", Locale.ROOT);

  private static final Set<String> MASKED =
      Set.of("authorization", "proxy-authorization", "cookie", "set-cookie");

  private ScriptLog() {}

  /** An entry for a program whose output is at fault, or null without a script log. */
  static Entry begin(
      CgiView view,
      Exchange exchange,
      String name,
      int status,
      Excerpt excerpt,
      List<String> fields,
      String badLine,
      byte[] rest) {
    if (view.log == null) {
      return null;
    }
    Entry entry = new Entry(view, head(exchange, name, status));
    entry.text.append("%request\n");
    Headers headers = exchange.request().headers();
    for (int i = 0; i < headers.size(); i++) {
      field(entry.text, headers.name(i), headers.value(i));
    }
    String method = exchange.request().method();
    if (excerpt != null && (method.equals("POST") || method.equals("PUT"))) {
      entry.text.append('\n').append(excerpt.text()).append('\n');
    }
    entry.text.append("%response\n");
    for (int i = 0; i < fields.size(); i += 2) {
      field(entry.text, fields.get(i), fields.get(i + 1));
    }
    if (!badLine.isEmpty()) {
      entry.text.append(badLine).append('\n');
    }
    entry.output(rest);
    return entry;
  }

  /** An entry of one line: a program that could not be run, or wrote to standard error. */
  static void error(CgiView view, Exchange exchange, String name, int status, String text) {
    if (view.log != null) {
      Entry entry = new Entry(view, head(exchange, name, status));
      entry.text.append("%error\n").append(text).append('\n');
      entry.whole = true;
      entry.write(exchange.workers());
    }
  }

  private static String head(Exchange exchange, String name, int status) {
    Request request = exchange.request();
    return "%% ["
        + TIME.format(ZonedDateTime.now(java.time.ZoneId.systemDefault()))
        + "] "
        + request.method()
        + ' '
        + request.target()
        + " HTTP/1."
        + request.minorVersion()
        + "\n%% "
        + status
        + ' '
        + name
        + '\n';
  }

  private static void field(StringBuilder text, String name, String value) {
    boolean masked = MASKED.contains(name.toLowerCase(Locale.ROOT));
    text.append(name).append(": ").append(masked ? "(masked)" : value).append('\n');
  }

  /** The start of a request body, kept on its way to the program. */
  static final class Excerpt implements Body {
    private final Body body;
    private final int most;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    Excerpt(Body body, int most) {
      this.body = body;
      this.most = most;
    }

    @Override
    public long length() {
      return body.length();
    }

    @Override
    public CompletionStage<ByteBuffer> read() {
      return body.read().thenApply(this::keep);
    }

    private synchronized ByteBuffer keep(ByteBuffer buffer) {
      int n = buffer == null ? 0 : Math.min(most - kept.size(), buffer.remaining());
      for (int i = 0; i < n; i++) {
        kept.write(buffer.get(buffer.position() + i));
      }
      return buffer;
    }

    @Override
    public Headers trailers() {
      return body.trailers();
    }

    @Override
    public void close() {
      body.close();
    }

    synchronized String text() {
      return kept.toString(StandardCharsets.ISO_8859_1);
    }
  }

  /** An entry as it grows; written once, on a worker. */
  static final class Entry {
    private final CgiView view;
    private final StringBuilder text;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final StringBuilder errors = new StringBuilder();
    private boolean whole;

    private Entry(CgiView view, String head) {
      this.view = view;
      this.text = new StringBuilder(head);
    }

    /** Adds output; false when there is enough of it. */
    boolean output(byte[] bytes) {
      output.write(bytes, 0, Math.min(bytes.length, MOST - output.size()));
      return output.size() < MOST;
    }

    void error(String line) {
      if (errors.length() < MOST) {
        errors.append(line).append('\n');
      }
    }

    void write(Executor workers) {
      if (!whole) {
        whole = true;
        section("%stdout", output.toString(StandardCharsets.ISO_8859_1));
        section("%stderr", errors.toString());
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
      try {
        workers.execute(() -> append(view.log, view.logLength, bytes));
      } catch (RejectedExecutionException e) {
        LOG.warn("cgi.log={}: an entry is lost: no worker thread is free", view.log);
      }
    }

    private void section(String name, String content) {
      if (!content.isEmpty()) {
        text.append(name).append('\n').append(content);
        if (!content.endsWith("\n")) {
          text.append('\n');
        }
      }
    }

    private static void append(Path file, long most, byte[] bytes) {
      synchronized (LOCK) {
        try (FileChannel out =
            FileChannel.open(
                file,
                Set.of(
                    StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rw-------")))) {
          if (most > 0 && out.size() > most) {
            return;
          }
          ByteBuffer buffer = ByteBuffer.wrap(bytes);
          while (buffer.hasRemaining()) {
            out.write(buffer);
          }
          UNWRITABLE.remove(file);
        } catch (IOException e) {
          if (UNWRITABLE.add(file)) {
            LOG.error("cgi.log={}: cannot be written: {}", file, e.toString());
          }
        }
      }
    }
  }
}
