package org.sluice.cgi.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.api.http.Body;
import org.sluice.api.http.HandlerException;
import org.sluice.testing.MemoryBody;
import org.sluice.testing.MemoryExchange;

/** Whose fault it is that a body is not stored. */
class SpoolTest {
  @TempDir Path folder;

  private static Throwable failure(Path folder, Body body) {
    Spool spool = new Spool(MemoryExchange.of("POST", "/").build(), 2, folder);
    return assertThrows(
            ExecutionException.class,
            () -> spool.store(body).toCompletableFuture().get(30, TimeUnit.SECONDS))
        .getCause();
  }

  @Test
  void folderThatTakesNothingIsTheServers() {
    Path absent = folder.resolve("absent");
    MemoryBody body = MemoryBody.of("much");

    HandlerException answer = assertInstanceOf(HandlerException.class, failure(absent, body));

    assertEquals(503, answer.status());
    assertEquals(1, answer.retryAfter());
    assertTrue(answer.getMessage().contains(absent.toString()), answer.getMessage());
    assertTrue(answer.getMessage().contains("NoSuchFile"), answer.getMessage());
    assertEquals(1, body.closes());
  }

  @Test
  void clientThatBreaksOffStaysOne() {
    IOException gone = new IOException("gone");

    assertSame(gone, failure(folder, MemoryBody.open().offer("much").fail(gone)));
  }
}
