package org.sluice.accesslog.internal.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.log.api.LogTarget;
import org.sluice.testing.Await;

/** Files: append, moved, rotated, compressed, removed. */
class FileSinkTest {
  @TempDir Path folder;

  private static final Rotation NONE = new Rotation(0, Duration.ZERO, false, 0);

  private static void write(FileSink sink, String text) throws IOException {
    sink.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
  }

  private List<Path> aside() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(path -> path.getFileName().toString().startsWith("a.log."))
          .sorted()
          .toList();
    }
  }

  @Test
  void appendsBehindWhatOthersWrite() throws Exception {
    Path file = folder.resolve("a.log");
    Files.writeString(file, "before\n");
    try (FileSink sink = new FileSink(file, NONE)) {
      write(sink, "ours\n");
      Files.writeString(file, Files.readString(file) + "theirs\n");
      write(sink, "ours again\n");
    }
    assertEquals("before\nours\ntheirs\nours again\n", Files.readString(file));
  }

  @Test
  void aMovedFileIsNoticed() throws Exception {
    Path file = folder.resolve("a.log");
    Path moved = folder.resolve("moved");
    try (FileSink sink = new FileSink(file, NONE)) {
      write(sink, "0\n");
      Files.move(file, moved);
      int[] lines = {1};
      Await.until(
          () -> {
            write(sink, lines[0]++ + "\n");
            return Files.exists(file) && Files.size(file) > 0;
          },
          "the file is opened anew");
      String all = Files.readString(moved) + Files.readString(file);
      for (int i = 0; i < lines[0]; i++) {
        assertTrue(all.contains(i + "\n"), "line " + i);
      }
      Files.move(file, folder.resolve("moved2"));
      sink.reopen();
      write(sink, "new\n");
      assertEquals("new\n", Files.readString(file));
    }
  }

  @Test
  void rotatesBetweenLines() throws Exception {
    Path file = folder.resolve("a.log");
    try (FileSink sink = new FileSink(file, new Rotation(10, Duration.ZERO, false, 0))) {
      write(sink, "1234\n5678\nabcd\nlonger than ten\nx\n");
    }
    StringBuilder all = new StringBuilder();
    for (Path path : aside()) {
      all.append('<').append(Files.readString(path)).append('>');
    }
    assertEquals("<1234\n5678\n><abcd\n><longer than ten\n>", all.toString());
    assertEquals("x\n", Files.readString(file));
  }

  @Test
  void compressesAndKeepsTheNewest() throws Exception {
    Path file = folder.resolve("a.log");
    Files.writeString(folder.resolve("a.log.20200101-000000"), "oldest\n");
    Files.writeString(folder.resolve("a.log.bak"), "not ours\n");
    try (FileSink sink = new FileSink(file, new Rotation(0, Duration.ZERO, true, 2))) {
      for (int i = 0; i < 3; i++) {
        write(sink, "file " + i + "\n");
        sink.rotate();
      }
      Await.until(
          () ->
              aside().size() == 3
                  && aside().stream().filter(p -> p.toString().endsWith(".gz")).count() == 2,
          "two are left, compressed, and what is not ours");
    }
    StringBuilder all = new StringBuilder();
    for (Path path : aside()) {
      if (path.toString().endsWith(".gz")) {
        all.append(
            new String(
                new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(path)))
                    .readAllBytes(),
                StandardCharsets.US_ASCII));
      }
    }
    assertEquals("file 1\nfile 2\n", all.toString());
    assertFalse(Files.exists(folder.resolve("a.log.20200101-000000")));
  }

  @Test
  void rotatesByTheClock() throws Exception {
    Path file = folder.resolve("a.log");
    try (FileSink sink = new FileSink(file, new Rotation(0, Duration.ofDays(1), false, 0))) {
      write(sink, "today\n");
      sink.tick(System.currentTimeMillis());
      assertEquals(0, aside().size());
      sink.tick(System.currentTimeMillis() + Duration.ofDays(2).toMillis());
      assertEquals(1, aside().size());
      write(sink, "tomorrow\n");
    }
    assertEquals("tomorrow\n", Files.readString(file));
    Files.setLastModifiedTime(
        file, java.nio.file.attribute.FileTime.from(Instant.now().minus(Duration.ofDays(3))));
    try (FileSink sink = new FileSink(file, new Rotation(0, Duration.ofDays(1), false, 0))) {
      assertEquals(2, aside().size(), "a file of an earlier day is put aside at the start");
    }
  }

  /** Several logs may write to one file: at midnight it is put aside once. */
  @Test
  void logsThatShareAFileRotateItOnce() throws Exception {
    Path file = folder.resolve("a.log");
    Rotation daily = new Rotation(0, Duration.ofDays(1), false, 0);
    long tomorrow = System.currentTimeMillis() + Duration.ofDays(2).toMillis();
    try (FileSink one = new FileSink(file, daily);
        FileSink two = new FileSink(file, daily)) {
      write(one, "1\n");
      write(two, "2\n");
      one.tick(tomorrow);
      write(one, "3\n");
      two.tick(tomorrow);
      write(two, "4\n");
    }
    assertEquals(1, aside().size(), aside()::toString);
    assertEquals("1\n2\n", Files.readString(aside().get(0)));
    assertEquals("3\n4\n", Files.readString(file));
  }

  /** Until it looks again, the other one writes to the file that was put aside. */
  @Test
  void compressingLosesNoLineOfALogThatSharesTheFile() throws Exception {
    Path file = folder.resolve("a.log");
    try (FileSink one = new FileSink(file, new Rotation(0, Duration.ZERO, true, 0));
        FileSink two = new FileSink(file, NONE)) {
      write(two, "1\n");
      one.rotate();
      write(two, "2\n");
      Await.until(
          () -> aside().size() == 1 && aside().get(0).toString().endsWith(".gz"), "compressed");
    }
    String aside =
        new String(
            new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(aside().get(0))))
                .readAllBytes(),
            StandardCharsets.US_ASCII);
    assertEquals("1\n2\n", aside + Files.readString(file));
  }

  @Test
  void whatCannotBeRotatedIsWrittenOn() throws Exception {
    Path real = folder.resolve("real");
    Path link = Files.createSymbolicLink(folder.resolve("a.log"), real);
    try (FileSink sink = new FileSink(link, new Rotation(10, Duration.ofDays(1), false, 0))) {
      write(sink, "1234\n5678\nabcd\nlonger than ten\nx\n");
      sink.tick(System.currentTimeMillis() + Duration.ofDays(2).toMillis());
      IOException e = assertThrows(IOException.class, sink::rotate);
      assertEquals("a link is not rotated", e.getMessage());
      write(sink, "y\n");
    }
    assertEquals("1234\n5678\nabcd\nlonger than ten\nx\ny\n", Files.readString(real));
    assertTrue(Files.isSymbolicLink(link));
    assertEquals(List.of(), aside());
    Files.setLastModifiedTime(
        real, java.nio.file.attribute.FileTime.from(Instant.now().minus(Duration.ofDays(3))));
    try (FileSink sink = new FileSink(link, new Rotation(0, Duration.ofDays(1), false, 0))) {
      write(sink, "z\n");
    }
    assertTrue(Files.readString(real).endsWith("y\nz\n"));
  }

  @Test
  void failuresOfTheFileSystemAreSentences() {
    assertEquals(
        "/x/a.log: permission denied",
        Trouble.reason(new java.nio.file.AccessDeniedException("/x/a.log")));
    assertEquals(
        "/x/a.log: there is no such file or directory",
        Trouble.reason(new java.nio.file.NoSuchFileException("/x/a.log")));
    assertEquals(
        "No space left on device", Trouble.reason(new IOException("No space left on device")));
  }

  @Test
  void daysEndAtMidnightAlsoWhenTheClockIsPutBack() {
    Rotation daily = new Rotation(0, Duration.ofDays(1), false, 0);
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    long before = Instant.parse("2026-10-24T23:30:00Z").toEpochMilli();
    assertEquals(
        Instant.parse("2026-10-25T23:00:00Z"), Instant.ofEpochMilli(daily.end(before, berlin)));
    long winter = Instant.parse("2026-12-01T12:00:00Z").toEpochMilli();
    assertEquals(
        Instant.parse("2026-12-01T23:00:00Z"), Instant.ofEpochMilli(daily.end(winter, berlin)));
  }

  @Test
  void aWrongPlaceIsAnErrorOfTheConfiguration() throws Exception {
    Files.writeString(folder.resolve("plain"), "x");
    for (String file : new String[] {"", "plain/a.log", "nowhere/a.log", "."}) {
      LogTarget target = new LogTarget("t", folder, file, Map.of());
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> new FileLogWriter().check(target));
      assertTrue(e.getMessage().startsWith("file: "), e.getMessage());
    }
    new FileLogWriter().check(new LogTarget("t", folder, "log/a.log", Map.of()));
  }
}
