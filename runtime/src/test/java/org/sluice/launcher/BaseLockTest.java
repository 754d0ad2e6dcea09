package org.sluice.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who asks whether a front runs never keeps one from starting. */
class BaseLockTest {
  @TempDir private Path folder;
  private Installation installation;

  @BeforeEach
  void make() throws Exception {
    Files.createDirectories(folder.resolve("run"));
    installation = new Installation(folder, folder);
  }

  @Test
  void aBaseHasOneFront() throws Exception {
    try (BaseLock lock = BaseLock.take(installation, 7)) {
      lock.ready(List.of("http://127.0.0.1:1"));
      assertEquals(7, BaseLock.holder(installation).orElseThrow().started());
      assertThrows(Failure.class, () -> BaseLock.take(installation, 8));
    }
    assertTrue(BaseLock.holder(installation).isEmpty());
  }

  /** After a kill the addresses of the old front were told as those of the new one. */
  @Test
  void whatAKilledFrontLeftIsForgotten() throws Exception {
    Path file = folder.resolve("run/sluice.lock");
    Files.writeString(file, "1\n2\nhttp://127.0.0.1:3\n");
    BaseLock.forget(installation);
    assertEquals(0, Files.size(file));
    try (BaseLock lock = BaseLock.take(installation, 7)) {
      BaseLock.forget(installation);
      assertEquals(7, BaseLock.holder(installation).orElseThrow().started(), "of one that runs");
    }
    Files.delete(file);
    BaseLock.forget(installation);
  }

  @Test
  void aQuestionThatComesFirstIsWaitedFor() throws Exception {
    Path file = Files.createFile(folder.resolve("run/sluice.lock"));
    try (FileChannel question = FileChannel.open(file, StandardOpenOption.READ)) {
      question.lock(0, Long.MAX_VALUE, true);
      CompletableFuture<BaseLock> taken =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return BaseLock.take(installation, 7);
                } catch (Failure e) {
                  throw new IllegalStateException(e);
                }
              });
      question.close();
      taken.get(10, TimeUnit.SECONDS).close();
    }
  }
}
