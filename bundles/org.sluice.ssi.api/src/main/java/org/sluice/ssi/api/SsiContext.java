package org.sluice.ssi.api;

import java.nio.charset.Charset;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;
import org.sluice.api.config.Options;
import org.sluice.api.http.Body;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.FileFacts;
import org.sluice.api.http.Response;
import org.sluice.api.http.Subrequest;

/**
 * A page while one of its elements is rendered: attributes, variables, output. Used by the thread
 * that calls the element, and by no other.
 *
 * <p>Text of a page is bytes in whatever encoding the page has. Strings here hold one byte per
 * character, U+0000 to U+00FF, so that every value survives unchanged.
 */
@ProviderType
public interface SsiContext {

  /** Name of the element in lower case, as found in the page. */
  String element();

  /** The attributes in their order, repeated ones included; empty when there is none. */
  List<SsiAttribute> attributes();

  /**
   * Decoded value of the first attribute of that name (lower case); empty when there is none, or
   * when it has no value.
   */
  Optional<String> attribute(String name);

  /** Replaces {@code $name} and <code>${name}</code>; undefined variables become nothing. */
  default String expand(String text) {
    return expand(text, Expansion.DROP_UNDEFINED);
  }

  /** Replaces {@code $name} and <code>${name}</code>; {@code \$} becomes {@code $}. */
  String expand(String text, Expansion mode);

  /**
   * Value of a variable, or null when it is undefined.
   *
   * @param name compared without case
   */
  String variable(String name);

  /**
   * Sets a variable of the page, also for the pages that include it and those it includes.
   *
   * @param value one byte per character; null makes it undefined
   */
  void variable(String name, String value);

  /** A copy of all variables, in the order in which they were defined. */
  Map<String, String> variables();

  /** Writes these bytes as they are; what a client sent must go through {@link #escape} first. */
  void write(byte[] bytes);

  /**
   * Writes one byte per character; what a client sent must go through {@link #escape} first.
   *
   * @throws IllegalArgumentException if a character is above U+00FF, see {@link #print}
   */
  void write(String text);

  /** Writes text of Java in the page's {@link #charset}. */
  void print(String text);

  /** The text with {@code & < > " '} as character entities. */
  String escape(String text);

  /**
   * Inserts content at this place. It is pulled while the client takes the page, and closed; the
   * page goes on behind its end. When it fails, the error text follows what arrived.
   */
  void insert(Body content);

  /** Sends what is written so far without waiting for more. */
  void flush();

  /**
   * Runs a request of the page's own through hooks and handler, as if a client had asked. It counts
   * against {@code ssi.max-includes} and {@code ssi.max-depth}, and sees the page's variables as
   * {@link org.sluice.api.http.Attributes#VARIABLES}. A page with {@code ssi=noexec} gets 403 for
   * what is no file.
   *
   * @param subrequest a relative target is resolved against this document; attributes are passed on
   * @return completes with the response, whatever its status; whoever gets it inserts or closes its
   *     body
   * @throws SsiException when a limit is reached
   */
  CompletionStage<Response> subrequest(Subrequest subrequest) throws SsiException;

  /**
   * Lets the page wait, without a thread, and then goes on with {@code next}; what was written so
   * far is sent meanwhile. The last thing an element or a step does; once in each. When {@code
   * stage} fails, the page prints its error text and goes on.
   */
  <T> void await(CompletionStage<T> stage, SsiStep<T> next);

  /**
   * An exception for the caller to throw.
   *
   * @param message for the log: which attribute, which value, what is allowed
   */
  default SsiException error(String message) {
    return new SsiException(message);
  }

  /** Logs an error that names document and element; prints nothing. */
  void log(String message);

  /** Writes the page's error text ({@code config errmsg}); an element that throws need not. */
  void writeErrorText();

  /** Whether programs may be run: false with {@code ssi=noexec}, here or where this is included. */
  boolean mayExecute();

  /** Whether {@code config sizefmt="bytes"} holds, not {@code abbrev}. */
  boolean sizesInBytes();

  /** A size as the page wants sizes. */
  String formatSize(long bytes);

  /** The time format ({@code config timefmt}), a pattern of strftime. */
  String timeFormat();

  /** A time as the page wants times, in the local zone. */
  String formatTime(Instant time);

  /** The character encoding of the document; UTF-8 unless its Content-Type says otherwise. */
  Charset charset();

  /** The file of this document, or null when a handler made it. Not the including one's. */
  FileFacts document();

  /** The exchange of this document; when it is included, the subrequest's. */
  Exchange exchange();

  /** Options of this document's route. */
  Options options();
}
