package org.sluice.accesslog.internal.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.log.api.LogSink;
import org.sluice.log.api.LogTarget;
import org.sluice.log.api.LogWriter;
import org.sluice.testing.Await;

/** Lines on their way: what waits, what is dropped, what comes back after a trouble. */
class OutletTest {
  @TempDir Path folder;
  private final Memory memory = new Memory();
  private Outlet outlet;

  /** A writer that keeps what it gets, stands still while a gate is shut, and can be full. */
  private static final class Memory implements LogWriter, LogSink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int writes;
    private boolean shut;
    private boolean full;
    private boolean stopped;
    private int opened;
    private int closed;

    @Override
    public synchronized LogSink open(LogTarget target) {
      opened++;
      return this;
    }

    @Override
    public synchronized void write(ByteBuffer lines) throws IOException {
      while (shut && !stopped) {
        try {
          wait();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
      writes++;
      if (full) {
        // Half of it fits, as on a disk.
        int half = lines.remaining() / 2;
        bytes.write(lines.array(), lines.arrayOffset() + lines.position(), half);
        lines.position(lines.position() + half);
        throw new IOException("No space left on device");
      }
      bytes.write(lines.array(), lines.arrayOffset() + lines.position(), lines.remaining());
      lines.position(lines.limit());
    }

    synchronized void gate(boolean nowShut) {
      shut = nowShut;
      notifyAll();
    }

    synchronized void full(boolean now) {
      full = now;
    }

    @Override
    public synchronized void interrupt() {
      stopped = true;
      notifyAll();
    }

    @Override
    public synchronized void close() {
      closed++;
    }

    synchronized String text() {
      return bytes.toString(StandardCharsets.US_ASCII);
    }

    synchronized int opened() {
      return opened;
    }

    synchronized int closed() {
      return closed;
    }

    synchronized int writes() {
      return writes;
    }
  }

  private Outlet open(int buffer, int queue, boolean block) {
    outlet =
        new Outlet(
            new LogTarget("test", folder, "", Map.of()),
            new OutletSettings(
                "memory", buffer, Duration.ofMillis(20), queue, block, Duration.ofSeconds(30)),
            name -> memory);
    return outlet;
  }

  private void offer(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
    outlet.offer(bytes, bytes.length);
  }

  @AfterEach
  void end() throws InterruptedException {
    memory.full(false);
    memory.gate(false);
    outlet.beginClose();
    outlet.awaitClosed(System.nanoTime() + TimeUnit.SECONDS.toNanos(10));
  }

  @Test
  void linesKeepTheirOrderAndAreWrittenTogether() {
    open(64 * 1024, 1 << 20, false);
    memory.gate(true);
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      offer("line " + i + "\n");
      expected.append("line ").append(i).append('\n');
    }
    memory.gate(false);
    Await.until(() -> memory.text().contentEquals(expected), "all lines are there");
    assertTrue(memory.writes() <= 3, "writes: " + memory.writes());
    assertEquals(1000, outlet.lines());
    assertEquals(0, outlet.dropped());
  }

  @Test
  void aLoneLineIsWrittenInTime() {
    open(64 * 1024, 1 << 20, false);
    offer("alone\n");
    Await.until(() -> memory.text().equals("alone\n"), "flush by time");
  }

  @Test
  void dropCountsAndKeepsWhatWaits() {
    open(0, 64 * 1024, false);
    memory.gate(true);
    String line = "x".repeat(1023) + "\n";
    for (int i = 0; i < 100; i++) {
      offer(line);
    }
    assertEquals(36, outlet.dropped());
    memory.gate(false);
    Await.until(() -> memory.text().length() == 64 * 1024, "what waited is written");
  }

  @Test
  void blockHoldsRequestsBackAndTakesTheLinesOfOthers() throws Exception {
    open(0, 64 * 1024, true);
    memory.gate(true);
    String line = "x".repeat(1023) + "\n";
    for (int i = 0; i < 48; i++) {
      offer(line);
    }
    assertFalse(outlet.isNearlyFull());
    offer(line);
    assertTrue(outlet.isNearlyFull());
    CompletableFuture<Void> request = outlet.room();
    for (int i = 0; i < 40; i++) {
      offer(line);
    }
    assertFalse(request.isDone());
    assertEquals(0, outlet.dropped());
    memory.gate(false);
    request.get(10, TimeUnit.SECONDS);
    Await.until(() -> memory.text().length() == 89 * 1024, "nothing is lost");
    // The outlet hears of the room after its writer has returned.
    Await.until(() -> !outlet.isNearlyFull(), "there is room again");
  }

  @Test
  void aFullDiskLosesNothingThatFitsTheQueue() {
    open(0, 1 << 20, false);
    memory.full(true);
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      offer("line " + i + "\n");
      expected.append("line ").append(i).append('\n');
    }
    Await.until(() -> outlet.trouble() != null, "the trouble is known");
    assertEquals("No space left on device", outlet.trouble());
    memory.full(false);
    Await.until(() -> memory.text().contentEquals(expected), "whole lines, in order");
    Await.until(() -> outlet.trouble() == null, "recovered");
  }

  @Test
  void theEndWritesWhatWaits() throws Exception {
    open(0, 1 << 20, false);
    memory.gate(true);
    offer("line\n");
    Await.until(() -> memory.opened() == 1, "the first is on its way");
    for (int i = 1; i < 100; i++) {
      offer("line\n");
    }
    outlet.beginClose();
    memory.gate(false);
    outlet.awaitClosed(System.nanoTime() + TimeUnit.SECONDS.toNanos(10));
    assertEquals(500, memory.text().length());
  }

  @Test
  void theEndTriesOnceMoreWhatHasFailed() throws Exception {
    open(0, 1 << 20, false);
    memory.full(true);
    offer("first\n");
    Await.until(() -> outlet.trouble() != null, "the trouble is known");
    memory.full(false);
    outlet.beginClose();
    outlet.awaitClosed(System.nanoTime() + TimeUnit.SECONDS.toNanos(10));
    assertEquals("first\n", memory.text());
  }

  @Test
  void aLogThatIsNoLongerWantedKeepsTryingForAWhile() throws Exception {
    open(0, 1 << 20, false);
    memory.full(true);
    offer("first\n");
    Await.until(() -> outlet.trouble() != null, "the trouble is known");
    outlet.leave();
    int writes = memory.writes();
    Await.until(() -> memory.writes() > writes, "it is tried again");
    memory.full(false);
    Await.until(outlet::isClosed, "its end");
    assertEquals("first\n", memory.text());
  }

  @Test
  void aLogThatIsNoLongerWantedIsGivenUpWhenItStandsStill() {
    open(0, 1 << 20, false);
    memory.gate(true);
    offer("first\n");
    Await.until(() -> memory.opened() == 1, "it is opened");
    outlet.leave(TimeUnit.MILLISECONDS.toNanos(50));
    Await.until(outlet::isClosed, "its end");
    assertEquals(1, memory.closed());
  }

  @Test
  void aWriterThatLeavesWritesWhatWaitsAndIsClosed() throws Exception {
    open(1 << 20, 4 << 20, false);
    offer("first\n");
    CompletableFuture<Void> parted = outlet.ask(Outlet.Command.PART);
    outlet.awaitParted(parted, System.nanoTime() + TimeUnit.SECONDS.toNanos(10));
    assertEquals("first\n", memory.text());
    assertEquals(1, memory.closed());
    offer("second\n");
    Await.until(() -> memory.text().equals("first\nsecond\n"), "it is opened anew");
    assertEquals(2, memory.opened());
  }

  @Test
  void aWriterThatLeavesAndStandsStillIsInterrupted() {
    open(0, 1 << 20, false);
    memory.gate(true);
    offer("first\n");
    Await.until(() -> memory.opened() == 1, "it is opened");
    outlet.awaitParted(outlet.ask(Outlet.Command.PART), System.nanoTime());
    assertEquals(1, memory.closed());
  }

  @Test
  void requestsThatWaitGoOnWhenTheirLogEnds() throws Exception {
    open(0, 64 * 1024, true);
    memory.gate(true);
    String line = "x".repeat(1023) + "\n";
    for (int i = 0; i < 50; i++) {
      offer(line);
    }
    assertTrue(outlet.isNearlyFull());
    CompletableFuture<Void> request = outlet.room();
    assertFalse(request.isDone());
    outlet.beginClose();
    assertTrue(request.isDone());
    assertTrue(outlet.room().isDone());
  }

  @Test
  void aRealDeviceWithoutSpaceIsSurvived() throws Exception {
    Path device = Path.of("/dev/full");
    org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(device), "no /dev/full here");
    Path log = folder.resolve("full.log");
    Files.createSymbolicLink(log, device);
    outlet =
        new Outlet(
            new LogTarget("full", folder, "full.log", Map.of()),
            new OutletSettings(
                "file", 0, Duration.ofMillis(10), 1 << 20, false, Duration.ofSeconds(1)),
            name -> new FileLogWriter());
    offer("one\n");
    Await.until(() -> outlet.trouble() != null, "no space is noticed");
    offer("two\n");
    Files.delete(log);
    Await.until(() -> Files.exists(log) && Files.readString(log).equals("one\ntwo\n"), "recovered");
    Await.until(() -> outlet.trouble() == null, "no trouble any more");
    assertNull(outlet.trouble());
  }
}
