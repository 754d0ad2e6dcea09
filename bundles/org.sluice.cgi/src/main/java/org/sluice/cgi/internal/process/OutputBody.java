package org.sluice.cgi.internal.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.sluice.api.http.Body;

/**
 * The rest of an output as a body: read from the pipe only when it is asked for, so that a slow
 * client holds back the program. Whoever closes it before its end ends the program. An output that
 * fails never looks whole.
 */
public final class OutputBody implements Body {
  /** Where the bytes come from; on the loop. */
  public interface Source {
    /** As {@link Program#read}. */
    byte[] read() throws IOException;

    /** Nobody wants the rest. */
    void terminate();
  }

  private final ProgramLoop loop;
  private final Source source;
  private final long most;
  private byte[] first;
  private CompletableFuture<ByteBuffer> waiting;
  private IOException failure;
  private long passed;
  private boolean over;

  /**
   * A body.
   *
   * @param first what was read already
   * @param most bytes in all; 0 for no limit
   */
  public OutputBody(ProgramLoop loop, Source source, byte[] first, long most) {
    this.loop = loop;
    this.source = source;
    this.first = first;
    this.most = most;
  }

  @Override
  public long length() {
    return -1;
  }

  @Override
  public CompletionStage<ByteBuffer> read() {
    if (loop.events().inEventLoop()) {
      return pull();
    }
    CompletableFuture<ByteBuffer> result = new CompletableFuture<>();
    try {
      loop.events().execute(() -> forward(pull(), result));
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(new IOException("the engine has stopped", e));
    }
    return result;
  }

  private static void forward(CompletionStage<ByteBuffer> from, CompletableFuture<ByteBuffer> to) {
    from.whenComplete(
        (buffer, thrown) -> {
          if (thrown == null) {
            to.complete(buffer);
          } else {
            to.completeExceptionally(thrown);
          }
        });
  }

  private CompletionStage<ByteBuffer> pull() {
    CompletableFuture<ByteBuffer> result = new CompletableFuture<>();
    if (!supply(result)) {
      waiting = result;
    }
    return result;
  }

  /** Completes {@code result} if there is anything to tell. */
  private boolean supply(CompletableFuture<ByteBuffer> result) {
    if (failure != null) {
      result.completeExceptionally(failure);
      return true;
    }
    if (over) {
      result.complete(null);
      return true;
    }
    try {
      byte[] bytes = first.length > 0 ? first : source.read();
      first = new byte[0];
      if (bytes == null) {
        over = true;
        result.complete(null);
        return true;
      }
      passed += bytes.length;
      if (most > 0 && passed > most) {
        throw new IOException("the output is larger than cgi.limit.output=" + most + " bytes");
      }
      return bytes.length > 0 && result.complete(ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      fail(e);
      source.terminate();
      result.completeExceptionally(e);
      return true;
    }
  }

  /** There may be something to read. On the loop. */
  public void readable() {
    CompletableFuture<ByteBuffer> reader = waiting;
    if (reader != null) {
      waiting = null;
      if (!supply(reader)) {
        waiting = reader;
      }
    }
  }

  /** The output cannot be completed. On the loop. */
  public void fail(IOException cause) {
    if (failure == null && !over) {
      failure = cause;
      CompletableFuture<ByteBuffer> reader = waiting;
      waiting = null;
      if (reader != null) {
        reader.completeExceptionally(cause);
      }
    }
  }

  @Override
  public void close() {
    try {
      loop.run(this::closeNow);
    } catch (RejectedExecutionException e) {
      // The engine has stopped; the bundle ends what runs.
    }
  }

  private void closeNow() {
    if (!over) {
      over = true;
      source.terminate();
      CompletableFuture<ByteBuffer> reader = waiting;
      waiting = null;
      if (reader != null) {
        reader.complete(null);
      }
    }
  }
}
