package org.sluice.ssi.internal.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.sluice.api.http.Body;
import org.sluice.api.http.Headers;
import org.sluice.api.http.Response;

/** Readers on other threads than workers, which ask again while an element is still at work. */
class ThreadsTest {
  @Test
  void aReaderThatAsksAtOnce() throws Exception {
    ExecutorService workers = Executors.newFixedThreadPool(4);
    ExecutorService loop = Executors.newSingleThreadExecutor();
    try {
      StringBuilder page = new StringBuilder();
      StringBuilder expected = new StringBuilder();
      for (int i = 0; i < 40; i++) {
        page.append('t').append(i).append("<!--#own --><!--#include virtual=\"/p\" -->");
        expected.append('t').append(i).append("own.P");
      }
      for (int round = 0; round < 50; round++) {
        MiniFront front =
            new MiniFront()
                .options(Map.of("ssi", "on"))
                .workers(workers)
                .file("/page.shtml", page.toString())
                .program("/p", x -> Response.of(200, Headers.empty(), Body.of("P")))
                .element(
                    "own",
                    p -> {
                      p.write("own");
                      p.await(CompletableFuture.supplyAsync(() -> ".", workers), p::write);
                    });
        front.later("/page.shtml");
        assertEquals(expected.toString(), pulled(front.captured(), loop));
      }
    } finally {
      workers.shutdownNow();
      loop.shutdownNow();
    }
  }

  private static String pulled(Body body, ExecutorService loop) throws Exception {
    CompletableFuture<String> all = new CompletableFuture<>();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    loop.execute(() -> next(body, loop, bytes, all));
    return all.get(20, java.util.concurrent.TimeUnit.SECONDS);
  }

  private static void next(
      Body body, ExecutorService loop, ByteArrayOutputStream bytes, CompletableFuture<String> all) {
    body.read()
        .whenComplete(
            (buffer, failure) -> {
              if (failure != null) {
                all.completeExceptionally(failure);
              } else if (buffer == null) {
                all.complete(bytes.toString(StandardCharsets.UTF_8));
              } else {
                loop.execute(
                    () -> {
                      bytes.writeBytes(copy(buffer));
                      next(body, loop, bytes, all);
                    });
              }
            });
  }

  private static byte[] copy(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
