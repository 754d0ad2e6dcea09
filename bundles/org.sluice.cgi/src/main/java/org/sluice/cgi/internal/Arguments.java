package org.sluice.cgi.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.sluice.api.config.Options;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.PluginMissingException;
import org.sluice.cgi.api.CgiCommand;
import org.sluice.cgi.api.CgiScript;
import org.sluice.cgi.internal.env.ScriptFile;
import org.sluice.cgi.internal.process.Bytes;

/** The argument vector of a script: who knows how to run it, and what the query adds (T6). */
final class Arguments {
  private static final int MOST_WORDS = 256;

  private Arguments() {}

  /** The vector, one byte per character; its stage fails with {@link HandlerException}. */
  static CompletionStage<List<String>> of(
      Exchange exchange, Options options, CgiView view, ScriptFile script) throws HandlerException {
    CgiScript asked = CgiScript.of(script.path(), options);
    List<String> words = words(exchange, view);
    String suffix = asked.suffix();
    List<String> interpreter = suffix.isEmpty() ? null : view.interpreters.get(suffix.substring(1));
    if (interpreter != null && !interpreter.isEmpty()) {
      List<String> command = new ArrayList<>(interpreter);
      command.add(script.path().toString());
      return CompletableFuture.completedStage(whole(view, command, words));
    }
    CompletionStage<List<String>> found;
    if (suffix.isEmpty()) {
      found = any(exchange, asked);
    } else {
      found = ask(exchange, suffix, asked).exceptionallyCompose(e -> orAny(e, exchange, asked));
    }
    return found.thenApply(command -> whole(view, command, words));
  }

  private static CompletionStage<List<String>> ask(
      Exchange exchange, String name, CgiScript script) {
    return exchange.call(CgiCommand.class, name, command -> checked(name, command.command(script)));
  }

  private static CompletionStage<List<String>> orAny(
      Throwable failure, Exchange exchange, CgiScript script) {
    return isMissing(failure) ? any(exchange, script) : CompletableFuture.failedStage(failure);
  }

  /** Our own service of {@code *} may be on its way out while this request still runs here. */
  private static CompletionStage<List<String>> any(Exchange exchange, CgiScript script) {
    return ask(exchange, "*", script)
        .exceptionallyCompose(
            failure -> {
              if (!isMissing(failure)) {
                return CompletableFuture.failedStage(failure);
              }
              try {
                return CompletableFuture.completedStage(new HashBangCommand().command(script));
              } catch (HandlerException e) {
                return CompletableFuture.failedStage(e);
              }
            });
  }

  private static boolean isMissing(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof PluginMissingException;
  }

  private static List<String> checked(String name, List<String> command) {
    if (command == null || command.isEmpty() || !command.get(0).startsWith("/")) {
      throw new IllegalStateException(
          "a cgi command (" + name + ") must name a program by an absolute path: " + command);
    }
    for (String word : command) {
      if (word.indexOf('\0') >= 0) {
        throw new IllegalStateException("a cgi command (" + name + ") gave an argument with NUL");
      }
    }
    return command;
  }

  private static List<String> whole(CgiView view, List<String> command, List<String> words) {
    List<String> whole = new ArrayList<>();
    view.wrapper.forEach(word -> whole.add(Bytes.of(word)));
    command.forEach(word -> whole.add(Bytes.of(word)));
    whole.addAll(words);
    return whole;
  }

  /** RFC 3875 section 4.4: the words of a query without {@code =}, only where it is switched on. */
  private static List<String> words(Exchange exchange, CgiView view) throws HandlerException {
    String query = exchange.request().query();
    if (!view.queryArguments || query == null || query.isEmpty() || query.indexOf('=') >= 0) {
      return List.of();
    }
    List<String> words = new ArrayList<>();
    for (String word : query.split("\\+", -1)) {
      String decoded = decode(word);
      if (decoded.startsWith("-") || words.size() == MOST_WORDS) {
        throw new HandlerException(
            400,
            "cgi-arguments",
            "the query gives "
                + (words.size() == MOST_WORDS
                    ? "too many arguments"
                    : "an argument that begins with -"));
      }
      words.add(decoded);
    }
    return words;
  }

  private static String decode(String word) throws HandlerException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(word.length());
    for (int i = 0; i < word.length(); i++) {
      int c = word.charAt(i);
      if (c == '%') {
        int high = i + 2 < word.length() ? Character.digit(word.charAt(i + 1), 16) : -1;
        int low = i + 2 < word.length() ? Character.digit(word.charAt(i + 2), 16) : -1;
        c = high < 0 || low < 0 ? 0 : high << 4 | low;
        i += 2;
      }
      if (c == 0) {
        throw new HandlerException(400, "cgi-arguments", "the query holds a broken escape or NUL");
      }
      out.write(c);
    }
    return out.toString(StandardCharsets.ISO_8859_1);
  }
}
