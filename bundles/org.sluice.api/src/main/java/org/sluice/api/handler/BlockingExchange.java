package org.sluice.api.handler;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.sluice.api.config.Options;
import org.sluice.api.http.Exchange;
import org.sluice.api.http.HandlerException;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;

/** The thin blocking view of an exchange; used by one worker thread. */
public final class BlockingExchange {
  private final Exchange exchange;
  private InputStream input;
  private PipeBody output;

  BlockingExchange(Exchange exchange) {
    this.exchange = exchange;
  }

  /** The exchange itself, for everything that does not block. */
  public Exchange exchange() {
    return exchange;
  }

  /** The request body. Reads block until the client sends. The same stream every time. */
  public InputStream body() {
    if (input == null) {
      input = new BodyInputStream(exchange.request().body());
    }
    return input;
  }

  /**
   * Answers with a body that is written to the returned stream: writes block while the client does
   * not take them; the stream is closed by the caller or when the handler returns.
   */
  public OutputStream respond(int status, Headers headers) {
    PipeBody pipe = new PipeBody();
    output = pipe;
    exchange.respond(Response.of(status, headers, pipe));
    return pipe.output();
  }

  /** Answers with a whole response and waits until it left. */
  public void respond(Response response) throws IOException {
    await(exchange.respond(response));
  }

  void run(BlockingHandler handler, Options options) {
    try {
      handler.handle(this, options);
      if (output != null) {
        output.output().close();
      } else if (!exchange.answered()) {
        throw new IllegalStateException("it returned and had not answered");
      }
    } catch (HandlerException e) {
      end(e);
    } catch (Throwable e) {
      // Also errors: on a worker nobody else would tell the client.
      end(new HandlerException(500, "handler-failed", "the handler failed: " + e, e));
    }
  }

  private void end(HandlerException failure) {
    if (output != null) {
      output.fail(failure);
    } else {
      exchange.fail(failure);
    }
  }

  static <T> T await(CompletionStage<T> stage) throws IOException {
    try {
      return stage.toCompletableFuture().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    }
  }
}
